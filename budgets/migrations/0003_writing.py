"""Reading is not writing: staff write budgets, a person asks for their own money."""

from django.db import migrations

from common.postgres.policies import PERSON, through
from common.postgres.writing import changes, either, may_write, own

BOTH = either(changes(PERSON), own(PERSON))
# Money is moved by managers: that of people whose record they may change, and a fund's own, which is nobody's.
MANAGER = "(select app_is('MANAGER'))"
OF_ACCOUNT = f"{MANAGER} and ({changes(PERSON)} or {PERSON} = 0)"
OF_BUDGET = f"{MANAGER} and (budget_id is null or {through('budget_id', 'budgets_budget', changes(PERSON))})"
OF_ENTRY = f"{MANAGER} and {through('account_id', 'budgets_account', OF_ACCOUNT)}"
OF_COMMITMENT = through("commitment_id", "budgets_commitment", changes(PERSON))


def _tracked(table: str, rule: str, *, delete: str = ""):
    past = table.replace("budgets_", "budgets_historical")
    return may_write(table, insert=rule, update=rule, delete=delete, history=past)


class Migration(migrations.Migration):
    dependencies = [("budgets", "0002_access"), ("people", "0007_writing")]
    operations = [
        _tracked("budgets_budget", changes(PERSON)),
        _tracked("budgets_spendrequest", BOTH, delete=BOTH),
        _tracked("budgets_commitment", changes(PERSON)),
        _tracked("budgets_payment", OF_COMMITMENT),
        may_write("budgets_account", insert=OF_ACCOUNT, update=OF_ACCOUNT),
        may_write("budgets_transaction", insert=OF_BUDGET),
        may_write("budgets_entry", insert=OF_ENTRY),
    ]

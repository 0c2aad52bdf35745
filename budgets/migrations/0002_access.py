"""Row-level security on every table of this floor that holds a person, and a ledger that is only added to."""

from django.db import migrations

from common.postgres.operations import append_only, history_append_only
from common.postgres.policies import PERSON, carry_person, guard, none_or, sees, through

BUDGET, REQUEST, COMMITMENT, ACCOUNT = "budgets_budget", "budgets_spendrequest", "budgets_commitment", "budgets_account"


def _past(table: str) -> str:
    return table.replace("budgets_", "budgets_historical")


class Migration(migrations.Migration):
    dependencies = [("budgets", "0001_initial"), ("people", "0002_access")]
    operations = [
        carry_person(BUDGET, "people_enrolment", "enrolment_id", of_parent="participant_id", history=_past(BUDGET)),
        carry_person(ACCOUNT, BUDGET, "budget_id"),
        carry_person(REQUEST, BUDGET, "budget_id", history=_past(REQUEST)),
        carry_person(COMMITMENT, REQUEST, "spend_id", history=_past(COMMITMENT)),
        *(guard(table, sees(PERSON), history=_past(table)) for table in (BUDGET, REQUEST, COMMITMENT)),
        guard(ACCOUNT, sees(PERSON)),
        guard("budgets_transaction", none_or("budget_id", through("budget_id", BUDGET))),
        guard("budgets_entry", through("account_id", ACCOUNT)),
        guard("budgets_payment", through("commitment_id", COMMITMENT), history=_past("budgets_payment")),
        history_append_only("budgets"),
        append_only("budgets_transaction", "budgets_entry", may_update={ACCOUNT: "balance"}),
    ]

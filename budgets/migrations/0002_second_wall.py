"""Row-level security on money. Pots and the outside world are nobody's own; the rest belongs to a person's budget."""

from django.db import migrations

from common.postgres.operations import SERVICE, append_only
from common.postgres.policies import PERSON, carry_person, guard, none_or, sees, through

BUDGET, REQUEST, COMMITMENT, ACCOUNT = "budgets_budget", "budgets_spendrequest", "budgets_commitment", "budgets_account"


def past(table: str) -> str:
    return table.replace("_", "_historical", 1)


class Migration(migrations.Migration):
    dependencies = [("budgets", "0001_initial"), ("people", "0003_second_wall"), ("providers", "0002_second_wall")]
    operations = [
        carry_person(BUDGET, "people_enrolment", "enrolment_id", of_parent="participant_id", history=past(BUDGET)),
        carry_person(ACCOUNT, BUDGET, "budget_id"),
        carry_person(REQUEST, BUDGET, "budget_id", history=past(REQUEST)),
        carry_person(COMMITMENT, REQUEST, "request_id", history=past(COMMITMENT)),
        *(guard(table, sees(PERSON), history=past(table)) for table in (BUDGET, REQUEST, COMMITMENT)),
        guard(ACCOUNT, sees(PERSON)),
        guard("budgets_transaction", none_or("budget_id", through("budget_id", BUDGET))),
        guard("budgets_entry", through("account_id", ACCOUNT)),
        guard("budgets_payment", through("commitment_id", COMMITMENT), history="budgets_historicalpayment"),
        append_only("budgets_transaction", "budgets_entry", may_update={ACCOUNT: "balance"}, roles=(SERVICE,)),
    ]

"""Row-level security on money. Pots and the outside world are nobody's own; the rest belongs to a person's budget."""

from django.db import migrations

from common.postgres.operations import SERVICE, append_only
from common.postgres.policies import guard, none_or, through

BUDGET = "budgets_budget"


class Migration(migrations.Migration):
    dependencies = [("budgets", "0001_initial"), ("people", "0003_second_wall"), ("providers", "0002_second_wall")]
    operations = [
        guard(BUDGET, through("enrolment_id", "people_enrolment"), history="budgets_historicalbudget"),
        guard("budgets_account", none_or("budget_id", through("budget_id", BUDGET))),
        guard("budgets_transaction", none_or("budget_id", through("budget_id", BUDGET))),
        guard("budgets_entry", through("account_id", "budgets_account")),
        guard("budgets_spendrequest", through("budget_id", BUDGET), history="budgets_historicalspendrequest"),
        guard(
            "budgets_commitment", through("request_id", "budgets_spendrequest"), history="budgets_historicalcommitment"
        ),
        guard("budgets_payment", through("commitment_id", "budgets_commitment"), history="budgets_historicalpayment"),
        append_only(
            "budgets_transaction", "budgets_entry", may_update={"budgets_account": "balance"}, roles=(SERVICE,)
        ),
    ]

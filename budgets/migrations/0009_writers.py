"""In the database too, nobody asks, decides and pays alone; and money stays with its fund, funder and person."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.policies import PERSON, through
from common.postgres.writing import by_hand, changes, either, fixed, own, own_history

MANAGER = "(select app_is('MANAGER'))"
OF_COMMITMENT = through("commitment_id", "budgets_commitment", changes(PERSON))
BOTH = either(changes(PERSON), own(PERSON))


class Migration(migrations.Migration):
    dependencies = [("budgets", "0008_waits"), ("common", "0005_writers"), ("people", "0022_writers")]
    operations = [
        run_file("budgets/sql/requests.sql"),
        fixed("budgets_fund", "programme_id"),
        fixed("budgets_pot", "fund_id", "funder_id"),
        fixed("budgets_budget", "enrolment_id", "fund_id"),
        fixed("budgets_commitment", "spend_id", "amount"),
        by_hand("budgets_spendrequest", "started_by_id", "asked_by_id", "decided_by_id"),
        by_hand("budgets_commitment", "closed_by_id"),
        by_hand("budgets_payment", "recorded_by_id"),
        own_history("budgets"),
        migrations.RunSQL(
            [
                "drop policy update_allowed on budgets_payment",
                f"alter policy insert_allowed on budgets_payment with check ({MANAGER} and {OF_COMMITMENT})",
                f"alter policy delete_allowed on budgets_spendrequest using (state = 'DRAFT' and ({BOTH}))",
            ],
            migrations.RunSQL.noop,
        ),
    ]

"""A row stays the row it is; what was approved is set aside, paid and given back once."""

from django.db import migrations, models
from django.db.models import Q

from common.postgres.operations import run_file
from common.postgres.policies import through
from common.postgres.writing import readable_moments, rows_stay

MANAGER = "(select app_is('MANAGER'))"
OF_BUDGETS = f"kind not in ('POT', 'WORLD') or {MANAGER}"


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0009_writers"),
        ("common", "0006_rows_stay"),
        ("people", "0024_rows_stay"),
        ("providers", "0007_rows_stay"),
    ]
    operations = [
        rows_stay("budgets"),
        readable_moments("budgets"),
        run_file("budgets/sql/once.sql"),
        # What a fund was given, and gave to budgets, is its managers' to read, line by line.
        migrations.RunSQL(
            [
                f"alter policy seen on budgets_entry using ({through('account_id', 'budgets_account', OF_BUDGETS)})",
                f"alter policy seen on budgets_transaction using ((budget_id is null and {MANAGER})"
                f" or {through('budget_id', 'budgets_budget')})",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                condition=Q(("kind", "COMMIT")),
                fields=("spend",),
                name="set_aside_once",
                violation_error_message="The money for this request was set aside already.",
            ),
        ),
    ]

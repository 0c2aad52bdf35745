"""The ledger is written by functions of the database alone, and no setting turns its checks off."""

from django.db import migrations
from pgtrigger.migrations import RemoveTrigger

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("budgets", "0004_funds")]
    operations = [
        RemoveTrigger(model_name="entry", name="entries_are_only_added"),
        RemoveTrigger(model_name="entry", name="transactions_sum_to_zero"),
        RemoveTrigger(model_name="transaction", name="transactions_are_only_added"),
        run_file("budgets/sql/posting.sql"),
    ]

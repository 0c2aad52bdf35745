"""No transaction without its entries."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("budgets", "0005_ledger")]
    operations = [run_file("budgets/sql/entries.sql")]

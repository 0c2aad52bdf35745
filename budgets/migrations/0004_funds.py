"""Funds and who pays into them: about nobody, and kept by managers."""

from django.db import migrations

from common.postgres.writing import guard

MANAGER = "(select app_is('MANAGER'))"


class Migration(migrations.Migration):
    dependencies = [("budgets", "0003_writing"), ("people", "0010_accounts")]
    operations = [
        guard(table, see="true", insert=MANAGER, update=MANAGER)
        for table in ("budgets_fund", "budgets_funder", "budgets_pot")
    ]

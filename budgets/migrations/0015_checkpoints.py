"""A signed hash of each day's entries, which only the night adds."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from common.postgres.writing import guard


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0014_books"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("entries", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("key", models.CharField(default="", max_length=16)),
                ("mac", models.CharField(default="", max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ledgercheckpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="checkpoints_are_only_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c0b6ab3af762338b541a75c86d28f81215318f78",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_checkpoints_are_only_added_3b449",
                    table="budgets_ledgercheckpoint",
                    when="BEFORE",
                ),
            ),
        ),
        guard("budgets_ledgercheckpoint", see="(select app_is('MANAGER')) or (select app_is('FINANCE'))"),
        migrations.RunSQL(
            [
                "create trigger only_by_night before insert on budgets_ledgercheckpoint for each row"
                " execute function people_only_by_night()",
                "revoke insert, update, delete on budgets_ledgercheckpoint from rehab_web, rehab_worker",
                "revoke update, delete on budgets_ledgercheckpoint from rehab_service",
            ],
            migrations.RunSQL.noop,
        ),
    ]

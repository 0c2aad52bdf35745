"""What each pot's accounts hold is added up at night, and decisions and payments are found by their moment."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from common.postgres.operations import run_file
from common.postgres.writing import guard

KINDS = {
    "WORLD": "The outside world", "POT": "A funder's pot", "BUDGET": "A person's budget", "COMMITMENT": "Set aside",
    "PAID": "Paid out",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("budgets", "0011_visible")]
    operations = [
        migrations.CreateModel(
            name="PotTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=list(KINDS.items()), max_length=10)),
                ("balance", models.BigIntegerField()),
                ("last_entry", models.BigIntegerField()),
                (
                    "pot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="totals",
                        to="budgets.pot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("pot"),
                        models.F("kind"),
                        name="one_total_of_a_kind",
                        violation_error_message="This is added up already.",
                    ),
                    models.CheckConstraint(
                        condition=Q(kind__in=list(KINDS)),
                        name="pottotal_kind_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        guard("budgets_pottotal", see="(select app_is('MANAGER'))"),
        migrations.RunSQL(
            "revoke insert, update, delete on budgets_pottotal from rehab_web, rehab_worker, rehab_service",
            "grant insert, update, delete on budgets_pottotal to rehab_web, rehab_worker, rehab_service",
        ),
        run_file("budgets/sql/totals.sql", "drop function budgets_add_up()"),
        migrations.AddIndex(
            "spendrequest",
            models.Index(models.F("decided_at"), name="request_by_decision", condition=Q(decided_at__isnull=False)),
        ),
        migrations.AddIndex("payment", models.Index(models.F("recorded_at"), name="payment_by_moment")),
    ]

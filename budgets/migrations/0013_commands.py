"""Every act on money once for ever, with its first answer; and a ledger whose accounts are chains of entries."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import budgets.models.requests
from common.postgres.operations import run_file
from common.postgres.writing import fixed, guard, readable

UNITS = [("PENCE", "Pence")]
KINDS = [
    ("CONTRIBUTE", "Put in by a funder"),
    ("WITHDRAW", "Given back to a funder"),
    ("ALLOCATE", "Given to a budget"),
    ("COMMIT", "Set aside"),
    ("PAY", "Paid"),
    ("RELEASE", "No longer set aside"),
    ("REFUND", "Paid back"),
    ("RETURN", "Given back to the fund"),
    ("REVERSE", "Put right"),
]
KNOWN = "Choose one of those listed."
GONE = [
    "drop trigger sums_to_zero on budgets_entry",
    "drop trigger sum_was_approved on budgets_entry",
    "drop trigger payment_was_paid on budgets_payment",
    "drop trigger closed_when_spent on budgets_commitment",
    "drop function budgets_sums_to_zero()",
    "drop function budgets_closed_when_spent()",
    "drop function budgets_moved_for(bigint, text[])",
    "drop function budgets_lock(bigint[])",
    "drop function budgets_account_of(text, bigint, bigint)",
    "drop function budgets_post(text, text, text, timestamptz, bigint, bigint, bigint, bigint[], bigint[])",
]


def _known(model: str, column: str, choices: list[tuple[str, str]]) -> migrations.AddConstraint:
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=Q((f"{column}__in", [value for value, _ in choices])),
            name=f"{model}_{column}_is_known",
            violation_error_message=KNOWN,
        ),
    )


def _later(model: str, name: str, field: models.Field) -> migrations.AddField:
    """A column that `budgets/sql/chain.sql` fills."""
    return migrations.AddField(model_name=model, name=name, field=field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0012_totals"),
        ("people", "0042_a_draft_stays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(GONE, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Command",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100)),
                ("act", models.CharField(max_length=40)),
                ("asked", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("answer_kind", models.CharField(max_length=40)),
                ("answer_id", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "command",
            models.UniqueConstraint(
                F("key"),
                name="answered_once_for_a_key",
                violation_error_message="This was already used for something else.",
            ),
        ),
        migrations.AlterField("transaction", "key", models.CharField(max_length=120)),
        migrations.AddConstraint(
            "transaction",
            models.UniqueConstraint(
                F("key"),
                name="posted_once_for_a_key",
                violation_error_message="This was already used for something else.",
            ),
        ),
        migrations.AlterField(
            "transaction",
            "by",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        # Its rows change and grow no longer: room for the next version beside each spares its indexes.
        migrations.RunSQL("alter table budgets_account set (fillfactor = 70)", migrations.RunSQL.noop),
        guard("budgets_command", see="by_id = (select app_user())"),
        migrations.RunSQL(
            "revoke insert, update, delete, truncate on budgets_command from rehab_web, rehab_worker, rehab_service",
            migrations.RunSQL.noop,
        ),
        # The chain.
        *(
            migrations.AddField(model, "unit", models.CharField(choices=UNITS, default="PENCE", max_length=7))
            for model in ("account", "transaction")
        ),
        *(_known(model, "unit", UNITS) for model in ("account", "transaction")),
        migrations.AddField("account", "last_number", models.BigIntegerField(default=0)),
        migrations.AddField("account", "head", models.BinaryField(default=b"")),
        migrations.RemoveConstraint("account", "one_account_of_a_kind"),
        migrations.AddConstraint(
            "account",
            models.UniqueConstraint(
                F("kind"),
                F("unit"),
                F("pot"),
                F("budget"),
                name="one_account_of_a_kind",
                nulls_distinct=False,
                violation_error_message="There is an account of this kind already.",
            ),
        ),
        _later("transaction", "dated", models.DateField(default=datetime.date(2000, 1, 1))),
        readable("budgets_transaction", "dated"),
        migrations.RemoveConstraint("transaction", "transaction_kind_is_known"),
        migrations.AlterField("transaction", "kind", models.CharField(choices=KINDS, max_length=10)),
        _known("transaction", "kind", KINDS),
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                condition=Q(("kind", "REVERSE"), ("reverses__isnull", False))
                | Q(Q(("kind", "REVERSE"), _negated=True), ("reverses", None)),
                name="a_reversal_names_what_it_reverses",
                violation_error_message="Say which move of money is put right.",
            ),
        ),
        _later("entry", "number", models.BigIntegerField(default=0)),
        _later("entry", "balance", models.BigIntegerField(default=0)),
        _later("entry", "hash", models.BinaryField(default=b"")),
        # What is set aside, and the payment's own transaction.
        migrations.AddField("commitment", "remaining", models.PositiveBigIntegerField(default=0)),
        migrations.RemoveField("historicalcommitment", "closed_at"),
        migrations.RemoveField("historicalcommitment", "closed_by"),
        migrations.AddField(
            "payment",
            "transaction",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment",
                to="budgets.transaction",
            ),
        ),
        migrations.AddField(
            "historicalpayment",
            "transaction",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="budgets.transaction",
            ),
        ),
        migrations.RemoveConstraint("commitment", "a_closed_commitment_says_who_and_when"),
        run_file("budgets/sql/ledger.sql"),
        run_file("budgets/sql/chain.sql"),
        migrations.AlterField(
            "payment",
            "transaction",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment",
                to="budgets.transaction",
            ),
        ),
        migrations.AddConstraint(
            "commitment",
            models.CheckConstraint(
                condition=Q(("closed_at", None), ("closed_by", None), ("remaining__gt", 0))
                | Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("remaining", 0)),
                name="a_closed_commitment_says_who_and_when",
                violation_error_message="Money that was paid or given back says by whom and when.",
            ),
        ),
        migrations.RunSQL("drop trigger fixed on budgets_commitment", migrations.RunSQL.noop),
        fixed("budgets_commitment", "spend_id", "amount", "remaining", "closed_at", "closed_by_id"),
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(
                F("account"),
                F("number"),
                name="entries_are_numbered",
                violation_error_message="This entry is there already.",
            ),
        ),
        migrations.AlterField(
            "entry",
            "account",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="budgets.account",
            ),
        ),
        migrations.RemoveConstraint("payment", "an_invoice_is_paid_once"),
        migrations.AddConstraint(
            "payment",
            models.UniqueConstraint(
                budgets.models.requests.AsCompared("payee"),
                budgets.models.requests.AsCompared("invoice"),
                condition=Q(("invoice", ""), _negated=True),
                name="an_invoice_is_paid_once",
                violation_error_message="This invoice from this payee is recorded already. Check the invoice number.",
            ),
        ),
    ]

"""Budgets that end, accounting periods, corrections by two people, and what a night found wrong."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import budgets.models.requests
from common.postgres.operations import append_only, run_file
from common.postgres.writing import beneath, by_hand, changeable, either, fixed, guard, readable, row_stays

MANAGER, FINANCE = "(select app_is('MANAGER'))", "(select app_is('FINANCE'))"
BOOKS = either(MANAGER, FINANCE)
OF_BUDGETS = f"kind not in ('POT', 'WORLD') or {BOOKS}"
CORRECTS = either(
    f"budget_id is null and ({BOOKS})",
    f"{MANAGER} and {beneath('budget_id', 'budgets_budget', changeable('person_id'))}",
)
MAY_READ = either(f"budget_id is null and ({BOOKS})", beneath("budget_id", "budgets_budget"))
MOMENTS = ("asked_at", "answered_at")


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0013_commands"),
        ("lifeplans", "0010_what_was_done"),
        ("people", "0042_a_draft_stays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountingPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPENING", "Waiting for a second person to open it"),
                            ("OPEN", "Open"),
                            ("CLOSING", "Open; waiting for a second person to close it"),
                            ("CLOSED", "Closed"),
                        ],
                        default="OPENING",
                        max_length=10,
                    ),
                ),
                ("opening_asked_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closing_asked_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("WRONG", "Recorded wrongly"),
                            ("REFUND", "Money came back"),
                            ("WRITE_OFF", "Paid, and lost"),
                            ("RETURN", "Given back to the fund"),
                            ("WITHDRAW", "Given back to the funder"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.PositiveBigIntegerField()),
                ("happened_on", models.DateField()),
                ("reason", models.TextField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "Waiting for a second person"),
                            ("DONE", "Done"),
                            ("REFUSED", "Refused"),
                            ("WITHDRAWN", "Taken back"),
                        ],
                        default="ASKED",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, max_length=2000)),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalCorrection",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("WRONG", "Recorded wrongly"),
                            ("REFUND", "Money came back"),
                            ("WRITE_OFF", "Paid, and lost"),
                            ("RETURN", "Given back to the fund"),
                            ("WITHDRAW", "Given back to the funder"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.PositiveBigIntegerField()),
                ("happened_on", models.DateField()),
                ("reason", models.TextField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "Waiting for a second person"),
                            ("DONE", "Done"),
                            ("REFUSED", "Refused"),
                            ("WITHDRAWN", "Taken back"),
                        ],
                        default="ASKED",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical correction",
                "verbose_name_plural": "historical corrections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LedgerDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.CharField(max_length=300)),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("looked_into_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, max_length=2000)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_belongs_where_its_kind_says",
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="an_invoice_is_paid_once",
        ),
        migrations.RemoveConstraint(
            model_name="pottotal",
            name="pottotal_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="spendrequest",
            name="a_decision_has_a_person_a_time_and_a_reason",
        ),
        migrations.RemoveConstraint(
            model_name="spendrequest",
            name="spendrequest_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="transaction",
            name="transaction_kind_is_known",
        ),
        migrations.AddField(
            model_name="budget",
            name="ended_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalbudget",
            name="ended_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="reversed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("WORLD", "The outside world"),
                    ("POT", "A funder's pot"),
                    ("BUDGET", "A person's budget"),
                    ("COMMITMENT", "Set aside"),
                    ("PAID", "Paid out"),
                    ("LOST", "Written off"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="historicalspendrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("DRAFT", "Being written"),
                    ("ASKED", "Waiting for an answer"),
                    ("APPROVED", "Approved"),
                    ("REFUSED", "Refused"),
                    ("WITHDRAWN", "Taken back"),
                    ("LAPSED", "Ended without an answer"),
                ],
                default="DRAFT",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="pottotal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("WORLD", "The outside world"),
                    ("POT", "A funder's pot"),
                    ("BUDGET", "A person's budget"),
                    ("COMMITMENT", "Set aside"),
                    ("PAID", "Paid out"),
                    ("LOST", "Written off"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="spendrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("DRAFT", "Being written"),
                    ("ASKED", "Waiting for an answer"),
                    ("APPROVED", "Approved"),
                    ("REFUSED", "Refused"),
                    ("WITHDRAWN", "Taken back"),
                    ("LAPSED", "Ended without an answer"),
                ],
                default="DRAFT",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CONTRIBUTE", "Put in by a funder"),
                    ("WITHDRAW", "Given back to a funder"),
                    ("ALLOCATE", "Given to a budget"),
                    ("COMMIT", "Set aside"),
                    ("PAY", "Paid"),
                    ("RELEASE", "No longer set aside"),
                    ("REFUND", "Paid back"),
                    ("RETURN", "Given back to the fund"),
                    ("WRITE_OFF", "Written off"),
                    ("REVERSE", "Put right"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("budget", None), ("kind", "WORLD"), ("pot", None)),
                    models.Q(("budget", None), ("kind", "POT"), ("pot__isnull", False)),
                    models.Q(
                        ("budget__isnull", False),
                        ("kind__in", ["BUDGET", "COMMITMENT", "PAID", "LOST"]),
                        ("pot__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="account_belongs_where_its_kind_says",
                violation_error_message="This kind of account does not belong here.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["WORLD", "POT", "BUDGET", "COMMITMENT", "PAID", "LOST"])),
                name="account_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                budgets.models.requests.AsCompared("payee"),
                budgets.models.requests.AsCompared("invoice"),
                condition=models.Q(models.Q(("invoice", ""), _negated=True), ("reversed_at", None)),
                name="an_invoice_is_paid_once",
                violation_error_message="This invoice from this payee is recorded already. Check the invoice number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pottotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["WORLD", "POT", "BUDGET", "COMMITMENT", "PAID", "LOST"])),
                name="pottotal_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["APPROVED", "REFUSED"]),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("decided_at", None),
                        ("decided_by", None),
                        ("state__in", ["DRAFT", "ASKED", "WITHDRAWN", "LAPSED"]),
                    ),
                    _connector="OR",
                ),
                name="a_decision_has_a_person_a_time_and_a_reason",
                violation_error_message="Give the reasons for the decision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["DRAFT", "ASKED", "APPROVED", "REFUSED", "WITHDRAWN", "LAPSED"])),
                name="spendrequest_state_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "CONTRIBUTE",
                            "WITHDRAW",
                            "ALLOCATE",
                            "COMMIT",
                            "PAY",
                            "RELEASE",
                            "REFUND",
                            "RETURN",
                            "WRITE_OFF",
                            "REVERSE",
                        ],
                    )
                ),
                name="transaction_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddField(
            model_name="accountingperiod",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accountingperiod",
            name="closing_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accountingperiod",
            name="opened_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accountingperiod",
            name="opening_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="budget",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="budgets.budget",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="posted",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="budgets.transaction",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="pot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="budgets.pot",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="spend",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="budgets.spendrequest",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="wrong",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="budgets.transaction",
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="budget",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="budgets.budget",
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="posted",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="budgets.transaction",
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="pot",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="budgets.pot",
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="spend",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="budgets.spendrequest",
            ),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="wrong",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="budgets.transaction",
            ),
        ),
        migrations.AddField(
            model_name="ledgerdifference",
            name="looked_into_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountingperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="accountingperiod_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountingperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            "starts_on",
                            "ends_on",
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    )
                ],
                name="periods_do_not_overlap",
                violation_error_message="Some of these days are in another period already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountingperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at", None),
                        ("opened_at", None),
                        ("opening_asked_by__isnull", False),
                        ("state", "OPENING"),
                    ),
                    models.Q(
                        ("closed_at", None), ("closing_asked_by", None), ("opened_at__isnull", False), ("state", "OPEN")
                    ),
                    models.Q(
                        ("closed_at", None),
                        ("closing_asked_by__isnull", False),
                        ("opened_at__isnull", False),
                        ("state", "CLOSING"),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("closing_asked_by__isnull", False),
                        ("opened_at__isnull", False),
                        ("state", "CLOSED"),
                    ),
                    _connector="OR",
                ),
                name="a_period_says_who_and_when",
                violation_error_message="Opening and closing say by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountingperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("opened_by", None),
                        models.Q(("opened_by", models.F("opening_asked_by")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("closed_by", None),
                        models.Q(("closed_by", models.F("closing_asked_by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="two_people_open_and_close",
                violation_error_message="Someone other than who asked has to agree.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountingperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["OPENING", "OPEN", "CLOSING", "CLOSED"])),
                name="accountingperiod_state_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                models.F("asked_at"), condition=models.Q(("state", "ASKED")), name="correction_that_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "WRONG"), ("wrong__isnull", False)),
                    models.Q(
                        ("budget__isnull", False),
                        ("kind__in", ["REFUND", "WRITE_OFF"]),
                        ("spend__isnull", False),
                        ("wrong", None),
                    ),
                    models.Q(("budget__isnull", False), ("kind", "RETURN"), ("spend", None), ("wrong", None)),
                    models.Q(
                        ("budget", None), ("kind", "WITHDRAW"), ("pot__isnull", False), ("spend", None), ("wrong", None)
                    ),
                    _connector="OR",
                ),
                name="a_correction_has_its_subject",
                violation_error_message="Say what is put right.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)),
                name="a_correction_is_something",
                violation_error_message="Enter an amount that is more than zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None), ("posted", None), ("state", "ASKED")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by", models.F("asked_by")),
                        ("posted", None),
                        ("state", "WITHDRAWN"),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("posted", None),
                        ("state", "REFUSED"),
                        models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("posted__isnull", False),
                        ("state", "DONE"),
                        models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_second_person_corrects",
                violation_error_message="Someone other than who asked has to agree.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "REFUSED"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_refused_correction_says_why",
                violation_error_message="Say why not.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ASKED"), ("wrong__isnull", False)),
                fields=("wrong",),
                name="one_correction_waits",
                violation_error_message="Someone has asked to put this right already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["WRONG", "REFUND", "WRITE_OFF", "RETURN", "WITHDRAW"])),
                name="correction_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ASKED", "DONE", "REFUSED", "WITHDRAWN"])),
                name="correction_state_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerdifference",
            constraint=models.UniqueConstraint(
                models.F("said"),
                condition=models.Q(("gone_at", None)),
                name="one_difference_of_a_kind",
                violation_error_message="This difference is known already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerdifference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("looked_into_at", None), ("looked_into_by", None), ("note", "")),
                    models.Q(
                        ("looked_into_at__isnull", False),
                        ("looked_into_by__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_look_into_it_says_who_when_and_what",
                violation_error_message="Say what you found.",
            ),
        ),
        # The books as they are: whoever keeps them reads what a fund was given, and writes contributions.
        migrations.RunSQL(
            [
                f"alter policy seen on budgets_entry using ({beneath('account_id', 'budgets_account', OF_BUDGETS)})",
                f"alter policy seen on budgets_transaction using ((budget_id is null and ({BOOKS}))"
                f" or {beneath('budget_id', 'budgets_budget')})",
                f"alter policy seen on budgets_pottotal using ({BOOKS})",
                *(
                    f"alter policy insert_allowed on budgets_{name} with check ({BOOKS})"
                    for name in ("fund", "funder", "pot")
                ),
                "drop trigger fixed on budgets_budget",
            ],
            migrations.RunSQL.noop,
        ),
        fixed("budgets_budget", "enrolment_id", "fund_id", "ended_on"),
        readable("budgets_budget", "ended_on"),
        readable("budgets_historicalbudget", "ended_on"),
        guard(
            "budgets_correction",
            see=MAY_READ,
            insert=CORRECTS,
            update=CORRECTS,
            history="budgets_historicalcorrection",
        ),
        append_only("budgets_historicalcorrection"),
        migrations.RunSQL(
            "create trigger by_hand before insert on budgets_historicalcorrection for each row"
            " execute function app_history_is_the_writers()",
            migrations.RunSQL.noop,
        ),
        by_hand("budgets_correction", "asked_by_id", "answered_by_id?"),
        row_stays("budgets_correction"),
        *(readable("budgets_correction", column) for column in ("happened_on", *MOMENTS)),
        guard(
            "budgets_accountingperiod",
            see=BOOKS,
            insert=FINANCE,
            update=FINANCE,
            delete=f"{FINANCE} and state = 'OPENING'",
        ),
        row_stays("budgets_accountingperiod"),
        *(
            readable("budgets_accountingperiod", column)
            for column in ("starts_on", "ends_on", "opening_asked_at", "opened_at", "closing_asked_at", "closed_at")
        ),
        guard("budgets_ledgerdifference", see=BOOKS, update=FINANCE),
        fixed("budgets_ledgerdifference", "said", "found_at", "gone_at"),
        row_stays("budgets_ledgerdifference"),
        readable("budgets_ledgerdifference", "looked_into_at"),
        run_file("budgets/sql/books.sql"),
    ]

"""Rules of a programme's money from a day on, who has shown commitment, and how a sum was worked out."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.operations import append_only
from common.postgres.writing import beneath, by_hand, changeable, guard, readable

MANAGER = "(select app_is('MANAGER'))"
# Budgets that were open before have the sum that their programme names.
AS_THEY_WERE = """
    update budgets_budget b set worked_out = format(
        'Everyone on %s has £%s.', p.name, trim_scale(round(p.allocation / 100.0, 2)))
    from people_enrolment e join people_programme p on p.id = e.programme_id
    where e.id = b.enrolment_id and p.money_model = 'ALLOCATED'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0016_pots"),
        ("people", "0043_finance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shown", models.BooleanField()),
                ("evidence", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MoneyRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("allocation", models.PositiveBigIntegerField(blank=True, null=True)),
                ("item_cap", models.PositiveBigIntegerField(blank=True, null=True)),
                ("person_cap", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("HOME", "A home: rent, deposit, furniture"),
                                ("COUNSELLING", "Counselling or treatment"),
                                ("LEARNING", "Reading, writing, learning"),
                                ("WORK", "Work and training"),
                                ("ENTERPRISE", "Starting something of my own"),
                                ("TRAVEL", "Travel"),
                                ("CLOTHING", "Clothes and tools"),
                                ("CONNECTION", "Phone, internet, identity papers"),
                                ("FAMILY", "Family and friends"),
                                ("ACTIVITY", "Sport, arts, activities"),
                            ],
                            max_length=15,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("needs_commitment", models.BooleanField(default=False)),
                ("why", models.TextField(max_length=1000)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="correction",
            name="a_correction_has_its_subject",
        ),
        migrations.RemoveConstraint(
            model_name="correction",
            name="correction_kind_is_known",
        ),
        migrations.AddField(
            model_name="budget",
            name="worked_out",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="historicalbudget",
            name="worked_out",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="correction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("WRONG", "Recorded wrongly"),
                    ("REFUND", "Money came back"),
                    ("WRITE_OFF", "Paid, and lost"),
                    ("RETURN", "Given back to the fund"),
                    ("MORE", "More of the fund's money"),
                    ("WITHDRAW", "Given back to the funder"),
                    ("CONTRIBUTE", "Put in by a funder"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="historicalcorrection",
            name="kind",
            field=models.CharField(
                choices=[
                    ("WRONG", "Recorded wrongly"),
                    ("REFUND", "Money came back"),
                    ("WRITE_OFF", "Paid, and lost"),
                    ("RETURN", "Given back to the fund"),
                    ("MORE", "More of the fund's money"),
                    ("WITHDRAW", "Given back to the funder"),
                    ("CONTRIBUTE", "Put in by a funder"),
                ],
                max_length=10,
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
                    models.Q(
                        ("budget__isnull", False), ("kind__in", ["RETURN", "MORE"]), ("spend", None), ("wrong", None)
                    ),
                    models.Q(
                        ("budget", None),
                        ("kind__in", ["WITHDRAW", "CONTRIBUTE"]),
                        ("pot__isnull", False),
                        ("spend", None),
                        ("wrong", None),
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
                condition=models.Q(
                    ("kind__in", ["WRONG", "REFUND", "WRITE_OFF", "RETURN", "MORE", "WITHDRAW", "CONTRIBUTE"])
                ),
                name="correction_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="judgements", to="people.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="money_rules",
                to="people.programme",
            ),
        ),
        migrations.AddIndex(
            model_name="moneyrules",
            index=models.Index(models.F("programme"), models.F("starts_on"), name="rules_by_day"),
        ),
        migrations.AddConstraint(
            model_name="moneyrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("allocation", None), ("allocation__gt", 0), _connector="OR"),
                    models.Q(("item_cap", None), ("item_cap__gt", 0), _connector="OR"),
                    models.Q(("person_cap", None), ("person_cap__gt", 0), _connector="OR"),
                ),
                name="sums_of_rules_are_something",
                violation_error_message="Enter sums that are more than zero, or leave them open.",
            ),
        ),
        migrations.AddConstraint(
            model_name="moneyrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allocation", None),
                    ("person_cap", None),
                    ("allocation__lte", models.F("person_cap")),
                    _connector="OR",
                ),
                name="nobody_starts_above_the_most",
                violation_error_message="The sum from the start cannot be above the most for one person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="moneyrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purposes__contained_by",
                        [
                            "HOME",
                            "COUNSELLING",
                            "LEARNING",
                            "WORK",
                            "ENTERPRISE",
                            "TRAVEL",
                            "CLOTHING",
                            "CONNECTION",
                            "FAMILY",
                            "ACTIVITY",
                        ],
                    )
                ),
                name="moneyrules_purposes_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.RunSQL(AS_THEY_WERE, migrations.RunSQL.noop),
        guard("budgets_moneyrules", see="true", insert=MANAGER),
        append_only("budgets_moneyrules"),
        by_hand("budgets_moneyrules", "made_by_id"),
        *(readable("budgets_moneyrules", column) for column in ("starts_on", "made_at")),
        guard(
            "budgets_judgement",
            see=beneath("enrolment_id", "people_enrolment"),
            insert=beneath("enrolment_id", "people_enrolment", changeable()),
        ),
        append_only("budgets_judgement"),
        by_hand("budgets_judgement", "by_id"),
        readable("budgets_judgement", "at"),
    ]

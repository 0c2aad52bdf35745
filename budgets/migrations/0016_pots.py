"""What funders promise, on which terms; and money that comes in by two people."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.operations import run_file
from common.postgres.writing import by_hand, guard, readable

BOOKS = "(select app_is('MANAGER')) or (select app_is('FINANCE'))"
# Pots that were there before have their funder's name, from the day of their first money.
AS_THEY_WERE = """
    update budgets_pot p set
        called = (select f.name from budgets_funder f where f.id = p.funder_id),
        opened_on = coalesce((
            select min(t.dated) from budgets_account a join budgets_entry e on e.account_id = a.id
            join budgets_transaction t on t.id = e.transaction_id where a.kind = 'POT' and a.pot_id = p.id), current_date)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0015_checkpoints"),
        ("people", "0043_finance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="correction",
            name="a_correction_has_its_subject",
        ),
        migrations.RemoveConstraint(
            model_name="correction",
            name="correction_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="pot",
            name="one_pot_a_funder",
        ),
        migrations.AddField(
            model_name="correction",
            name="reference",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="historicalcorrection",
            name="reference",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="pot",
            name="areas",
            field=models.ManyToManyField(blank=True, related_name="+", to="people.deliveryunit"),
        ),
        migrations.AddField(
            model_name="pot",
            name="called",
            field=models.CharField(default="", max_length=150),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="pot",
            name="expected_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pot",
            name="for_whom",
            field=models.CharField(blank=True, choices=[("WOMEN", "Women"), ("MEN", "Men")], max_length=5),
        ),
        migrations.AddField(
            model_name="pot",
            name="if_unspent",
            field=models.CharField(
                choices=[
                    ("CARRY", "It may be used for another year, and then goes back to the funder"),
                    ("BACK", "It goes back to the funder"),
                ],
                default="CARRY",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="pot",
            name="oldest",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pot",
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
            model_name="pot",
            name="opened_on",
            field=models.DateField(default=datetime.date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="pot",
            name="pledged",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="pot",
            name="purposes",
            field=django.contrib.postgres.fields.ArrayField(
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
        migrations.AddField(
            model_name="pot",
            name="tag",
            field=models.CharField(
                blank=True,
                choices=[("IOM", "IOM"), ("CARE_LEAVER", "Care leaver"), ("VETERAN", "Armed forces veteran")],
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="pot",
            name="use_by",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pot",
            name="youngest",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
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
                    ("WITHDRAW", "Given back to the funder"),
                    ("CONTRIBUTE", "Put in by a funder"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="reason",
            field=models.TextField(blank=True, max_length=2000),
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
                    ("WITHDRAW", "Given back to the funder"),
                    ("CONTRIBUTE", "Put in by a funder"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="historicalcorrection",
            name="reason",
            field=models.TextField(blank=True, max_length=2000),
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
                    models.Q(("kind", "CONTRIBUTE"), models.Q(("reference", ""), _negated=True)),
                    models.Q(models.Q(("kind", "CONTRIBUTE"), _negated=True), ("reference", "")),
                    _connector="OR",
                ),
                name="money_put_in_has_its_reference",
                violation_error_message="Enter the reference that the bank or the funder’s letter gives.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "CONTRIBUTE"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="a_correction_says_why",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["WRONG", "REFUND", "WRITE_OFF", "RETURN", "WITHDRAW", "CONTRIBUTE"])),
                name="correction_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.RunSQL(AS_THEY_WERE, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate; set constraints all deferred", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="pot",
            constraint=models.UniqueConstraint(
                models.F("fund"),
                models.F("called"),
                name="one_pot_of_a_name",
                violation_error_message="Money in this fund has this name already. Choose another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("oldest", None), ("youngest", None)),
                    models.Q(
                        ("oldest__isnull", False), ("youngest__isnull", False), ("youngest__lte", models.F("oldest"))
                    ),
                    _connector="OR",
                ),
                name="a_pot_names_both_ages_or_none",
                violation_error_message="Give both ages, the lower one first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pot",
            constraint=models.CheckConstraint(
                condition=models.Q(("use_by", None), ("use_by__gte", models.F("opened_on")), _connector="OR"),
                name="a_pot_is_used_after_it_is_opened",
                violation_error_message="The day by which it must be used is over already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pot",
            constraint=models.CheckConstraint(
                condition=models.Q(("for_whom__in", ["WOMEN", "MEN", ""])),
                name="pot_for_whom_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pot",
            constraint=models.CheckConstraint(
                condition=models.Q(("tag__in", ["IOM", "CARE_LEAVER", "VETERAN", ""])),
                name="pot_tag_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pot",
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
                name="pot_purposes_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pot",
            constraint=models.CheckConstraint(
                condition=models.Q(("if_unspent__in", ["CARRY", "BACK"])),
                name="pot_if_unspent_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        # Nobody changes the terms on which money was given; `opened_by` is who entered them.
        migrations.RunSQL("drop policy update_allowed on budgets_pot", migrations.RunSQL.noop),
        by_hand("budgets_pot", "opened_by_id"),
        *(readable("budgets_pot", column) for column in ("expected_on", "use_by", "opened_on")),
        guard("budgets_pot_areas", see="true", insert=BOOKS, delete=BOOKS),
        run_file("budgets/sql/pots.sql"),
    ]

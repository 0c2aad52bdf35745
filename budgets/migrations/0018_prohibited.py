"""What a programme's money may not buy, and why someone asks."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0017_money_rules"),
        ("lifeplans", "0010_what_was_done"),
        ("people", "0043_finance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalspendrequest",
            name="because",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("NO_WAIT", "To avoid a waiting list"),
                        ("AWAY", "To stay away from old places or people"),
                        ("GOING_WELL", "To keep up something that goes well"),
                        ("BEGIN", "To begin something new"),
                        ("SAFE", "To be safe"),
                        ("NOBODY_ELSE", "Nobody else pays for it"),
                    ],
                    max_length=15,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="historicalspendrequest",
            name="not_prohibited",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="moneyrules",
            name="prohibited",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("ALCOHOL", "Alcohol"),
                        ("TOBACCO", "Tobacco or vapes"),
                        ("GAMBLING", "Gambling"),
                        ("WEAPONS", "A weapon"),
                        ("FINES", "A fine or court cost"),
                        ("DEBTS", "A debt or loan"),
                        ("CASH", "Cash or something like it"),
                    ],
                    max_length=15,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="spendrequest",
            name="because",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("NO_WAIT", "To avoid a waiting list"),
                        ("AWAY", "To stay away from old places or people"),
                        ("GOING_WELL", "To keep up something that goes well"),
                        ("BEGIN", "To begin something new"),
                        ("SAFE", "To be safe"),
                        ("NOBODY_ELSE", "Nobody else pays for it"),
                    ],
                    max_length=15,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="spendrequest",
            name="not_prohibited",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="moneyrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "prohibited__contained_by",
                        ["ALCOHOL", "TOBACCO", "GAMBLING", "WEAPONS", "FINES", "DEBTS", "CASH"],
                    )
                ),
                name="moneyrules_prohibited_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("because__contained_by", ["NO_WAIT", "AWAY", "GOING_WELL", "BEGIN", "SAFE", "NOBODY_ELSE"])
                ),
                name="spendrequest_because_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        run_file("budgets/sql/prohibited.sql"),
    ]

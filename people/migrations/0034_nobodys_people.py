"""The managers of an area see those whose case nobody leads; an area without a manager says how many it has."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0033_names"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accessgrant",
            name="accessgrant_why_is_known",
        ),
        migrations.AddField(
            model_name="deliveryunit",
            name="nobodys_people",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="accessgrant",
            name="why",
            field=models.CharField(
                choices=[
                    ("ASSIGNED", "Assigned practitioner"),
                    ("TEAM", "Works in the team"),
                    ("SELF", "Their own record"),
                    ("CIRCLE", "In the person's circle"),
                    ("REFERRAL", "Referred for help"),
                    ("ENROLLED", "On a programme they run"),
                    ("BREAK_GLASS", "Opened in an emergency"),
                    ("PRISON", "Works with them in prison"),
                    ("AREA", "Manages the area, while nobody leads the case"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="historicalparticipant",
            name="cohort_tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("IOM", "IOM"), ("CARE_LEAVER", "Care leaver"), ("VETERAN", "Armed forces veteran")],
                    max_length=15,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="participant",
            name="cohort_tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("IOM", "IOM"), ("CARE_LEAVER", "Care leaver"), ("VETERAN", "Armed forces veteran")],
                    max_length=15,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "why__in",
                        ["ASSIGNED", "TEAM", "SELF", "CIRCLE", "REFERRAL", "ENROLLED", "BREAK_GLASS", "PRISON", "AREA"],
                    )
                ),
                name="accessgrant_why_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
    ]

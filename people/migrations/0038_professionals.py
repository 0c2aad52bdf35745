"""Contacts at other agencies: for whoever sees everything of the person, but not the person."""

import django.db.models.deletion
import phonenumber_field.modelfields
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import changeable, part_of_record, visible

NOT_ONES_OWN = "participant_id <> all ((select app_self())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0037_characteristics"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalProfessionalContact",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("POLICE", "Police"),
                            ("HOUSING", "Housing"),
                            ("GP", "GP"),
                            ("MENTAL_HEALTH", "Mental health"),
                            ("DRUGS", "Drugs and alcohol"),
                            ("SOCIAL_WORK", "Social work"),
                            ("PRISON", "Prison"),
                            ("COURT", "Court or solicitor"),
                            ("OTHER", "Another agency"),
                        ],
                        max_length=15,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("job", models.CharField(blank=True, max_length=100)),
                ("phone", phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.participant",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical professional contact",
                "verbose_name_plural": "historical professional contacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProfessionalContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("POLICE", "Police"),
                            ("HOUSING", "Housing"),
                            ("GP", "GP"),
                            ("MENTAL_HEALTH", "Mental health"),
                            ("DRUGS", "Drugs and alcohol"),
                            ("SOCIAL_WORK", "Social work"),
                            ("PRISON", "Prison"),
                            ("COURT", "Court or solicitor"),
                            ("OTHER", "Another agency"),
                        ],
                        max_length=15,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("job", models.CharField(blank=True, max_length=100)),
                ("phone", phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="professionals",
                        to="people.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="professionalcontact_ends_after_it_starts",
                        violation_error_message="The last day cannot be before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "POLICE",
                                    "HOUSING",
                                    "GP",
                                    "MENTAL_HEALTH",
                                    "DRUGS",
                                    "SOCIAL_WORK",
                                    "PRISON",
                                    "COURT",
                                    "OTHER",
                                ],
                            )
                        ),
                        name="professionalcontact_kind_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        *part_of_record(
            "people_professionalcontact",
            dates=("starts_on", "ends_on"),
            see=f"{visible()} and {NOT_ONES_OWN}",
            write=f"{changeable()} and {NOT_ONES_OWN}",
        ),
    ]

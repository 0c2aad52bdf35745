"""A file that the data-protection officer takes out waits for a second person. The service alone writes it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import guard

SEES = "(select app_is('DATA_PROTECTION')) or (select app_is('ADMINISTRATOR'))"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0022_writers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("AUDIT", "Lines of the audit"),
                            ("COPY", "A copy of everything held about one person"),
                        ],
                        max_length=5,
                    ),
                ),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("why", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting for a second person"),
                            ("AGREED", "Agreed"),
                            ("DECLINED", "Not agreed"),
                        ],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "access",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to="people.subjectaccess",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "WAITING")), fields=["asked_at"], name="export_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("access__isnull", False), ("query", ""), ("what", "COPY")),
                            models.Q(("access", None), ("what", "AUDIT")),
                            _connector="OR",
                        ),
                        name="a_copy_is_of_a_request_for_data",
                        violation_error_message="Choose the request for data whose copy this is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by", None),
                            models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_takes_a_file_out_alone",
                        violation_error_message="Someone other than who asked has to agree.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""), ("answered_at", None), ("answered_by", None), ("state", "WAITING")
                            ),
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state", "AGREED"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state", "DECLINED"),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answered_export_says_by_whom",
                        violation_error_message="An answer says who gave it and when, and a no says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["AUDIT", "COPY"])),
                        name="exportrequest_what_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "AGREED", "DECLINED"])),
                        name="exportrequest_state_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        guard("people_exportrequest", see=SEES),
    ]

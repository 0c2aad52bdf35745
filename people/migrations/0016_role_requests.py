"""Roles that wait for a second person. The service alone writes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import either, guard

OWN = "account_id = (select app_user())"
KEEPERS = "(select app_is('MANAGER')) or (select app_is('ADMINISTRATOR'))"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0015_waits"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("PARTICIPANT", "Participant"),
                            ("PRACTITIONER", "Practitioner"),
                            ("MANAGER", "Team manager"),
                            ("VOLUNTEER", "Volunteer"),
                            ("PROVIDER", "Provider"),
                            ("SCHEME", "Scheme worker"),
                            ("COMMISSIONER", "Commissioner"),
                            ("ADMINISTRATOR", "Administrator"),
                            ("DATA_PROTECTION", "Data-protection officer"),
                        ],
                        max_length=15,
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting for a second person"),
                            ("AGREED", "Agreed"),
                            ("DECLINED", "Declined"),
                            ("WITHDRAWN", "Taken back"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_requests",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_request",
                        to="people.invitation",
                    ),
                ),
                (
                    "moves",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_requests",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("team"), condition=models.Q(("state", "WAITING")), name="role_waits")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", False), ("invitation", None), ("starts_on__isnull", False)),
                            models.Q(("account", None), ("invitation__isnull", False), ("moves", None)),
                            _connector="OR",
                        ),
                        name="a_role_is_for_an_account_or_an_invitation",
                        violation_error_message="A role is for an account or for an invitation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("answered_by", None), ("state", "WAITING")),
                            models.Q(
                                models.Q(("state", "WAITING"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_answered_role_says_by_whom",
                        violation_error_message="An answer says who gave it and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "AGREED"), _negated=True),
                            models.Q(
                                models.Q(("answered_by", models.F("asked_by")), _negated=True),
                                models.Q(
                                    ("account", None),
                                    models.Q(("answered_by", models.F("account")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="nobody_gives_a_role_alone",
                        violation_error_message="Someone other than who asked, and than whose role it is, has to agree.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "DECLINED"), models.Q(("answer", ""), _negated=True)),
                            models.Q(models.Q(("state", "DECLINED"), _negated=True), ("answer", "")),
                            _connector="OR",
                        ),
                        name="a_declined_role_says_why",
                        violation_error_message="Say why not.",
                    ),
                    models.UniqueConstraint(
                        models.F("account"),
                        models.F("role"),
                        models.F("team"),
                        condition=models.Q(("account__isnull", False), ("state", "WAITING")),
                        name="one_waiting_role_of_a_kind",
                        nulls_distinct=False,
                        violation_error_message="This role waits for a second person already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "PARTICIPANT",
                                    "PRACTITIONER",
                                    "MANAGER",
                                    "VOLUNTEER",
                                    "PROVIDER",
                                    "SCHEME",
                                    "COMMISSIONER",
                                    "ADMINISTRATOR",
                                    "DATA_PROTECTION",
                                ],
                            )
                        ),
                        name="rolerequest_role_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "AGREED", "DECLINED", "WITHDRAWN"])),
                        name="rolerequest_state_is_known",
                        violation_error_message="Choose one of those listed.",
                    ),
                ],
            },
        ),
        guard("people_rolerequest", see=either(OWN, KEEPERS)),
    ]

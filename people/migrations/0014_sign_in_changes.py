"""Changes of where someone signs in. They, and codes on paper, are written by the service alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import changes, either, guard

OWN = "account_id = (select app_user())"
STAFFS = "participant_id is null and (select app_is('ADMINISTRATOR'))"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0013_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PHONE", "Phone number for codes"),
                            ("EMAIL", "E-mail address for codes"),
                            ("LETTER", "Code on paper made"),
                            ("LETTER_USED", "Code on paper used"),
                            ("PASSWORD", "Password"),
                            ("SECOND", "Second step"),
                            ("SSO", "Organisation account"),
                        ],
                        max_length=11,
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("before", models.CharField(blank=True, max_length=254)),
                ("typed", models.BooleanField(default=True)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("NOTED", "Noted"),
                            ("WAITING", "Waiting to be confirmed"),
                            ("CONFIRMED", "Confirmed"),
                            ("DISPUTED", "Said not to be theirs"),
                            ("REFUSED", "Not theirs"),
                        ],
                        default="NOTED",
                        max_length=9,
                    ),
                ),
                ("disputed_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("noticed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in_changes",
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
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in_changes",
                        to="people.participant",
                    ),
                ),
                (
                    "through",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="what_followed",
                        to="people.signinchange",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="codeletter",
            name="way_in",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letter",
                to="people.signinchange",
            ),
        ),
        migrations.AddIndex(
            model_name="signinchange",
            index=models.Index(fields=["account", "-at"], name="sign_in_change_by_account"),
        ),
        migrations.AddIndex(
            model_name="signinchange",
            index=models.Index(
                models.F("participant"),
                condition=models.Q(("state__in", ["WAITING", "DISPUTED"])),
                name="sign_in_change_open",
            ),
        ),
        migrations.AddIndex(
            model_name="signinchange",
            index=models.Index(models.F("by"), models.F("at"), name="sign_in_change_by_maker"),
        ),
        migrations.AddConstraint(
            model_name="signinchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("state__in", ["CONFIRMED", "REFUSED"]),
                    ),
                    ("state__in", ["NOTED", "WAITING", "DISPUTED"]),
                    _connector="OR",
                ),
                name="an_answered_sign_in_change_says_by_whom",
                violation_error_message="An answer says who gave it and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signinchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by", None),
                    models.Q(
                        models.Q(
                            ("written_by", None),
                            models.Q(("answered_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("through__isnull", False),
                            models.Q(("answered_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="nobody_confirms_a_way_in_that_they_gave",
                violation_error_message="Someone who had no part in it has to confirm it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signinchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "DISPUTED"), _negated=True), ("disputed_at__isnull", False), _connector="OR"
                ),
                name="a_disputed_sign_in_change_says_when",
                violation_error_message="What was said not to be theirs says when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signinchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "WAITING"), _negated=True), ("participant__isnull", False), _connector="OR"
                ),
                name="only_a_participants_way_in_waits",
                violation_error_message="Only a participant’s way in waits to be confirmed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signinchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["PHONE", "EMAIL", "LETTER", "LETTER_USED", "PASSWORD", "SECOND", "SSO"])
                ),
                name="signinchange_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signinchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["NOTED", "WAITING", "CONFIRMED", "DISPUTED", "REFUSED"])),
                name="signinchange_state_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        guard("people_signinchange", see=either(OWN, STAFFS, changes())),
        migrations.RunSQL(
            [f"drop policy {act}_allowed on people_codeletter" for act in ("insert", "update")], migrations.RunSQL.noop
        ),
    ]

"""Sign-ins and tries. The service alone reads and writes them, like sessions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import guard


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0016_role_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("PASSWORD", "password"),
                            ("SECOND", "second step"),
                            ("CODE", "code"),
                            ("LETTER", "code on paper"),
                            ("SSO", "organisation account"),
                        ],
                        max_length=8,
                    ),
                ),
                ("succeeded", models.BooleanField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("place", models.GenericIPAddressField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-at"], name="sign_in_by_account"),
                    models.Index(fields=["at"], name="sign_in_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["PASSWORD", "SECOND", "CODE", "LETTER", "SSO"])),
                        name="signin_how_is_known",
                        violation_error_message="Choose one of those listed.",
                    )
                ],
            },
        ),
        guard("people_signin", see="false"),
    ]

"""What is written into a form and not sent: its author's alone, to see, write and throw away."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.encryption
from common.postgres.writing import fixed, guard, readable

OWN = "author_id = (select app_user())"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0040_night"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=300)),
                ("tab", models.CharField(max_length=40)),
                ("words", common.encryption.EncryptedTextField()),
                ("saved_at", models.DateTimeField(db_index=True)),
                ("is_sent", models.BooleanField(default=False)),
                (
                    "author",
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
                        related_name="+",
                        to="people.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("author"),
                        models.F("page"),
                        models.F("tab"),
                        name="one_draft_a_tab",
                        violation_error_message="This is saved already.",
                    )
                ],
            },
        ),
        guard("people_draft", see=OWN, insert=OWN, update=OWN, delete=OWN),
        readable("people_draft", "saved_at"),
        fixed("people_draft", "id", "author_id", "participant_id"),
    ]

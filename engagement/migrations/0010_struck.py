"""A contact is corrected by its author, or struck. What a struck one said is read by managers and its author."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.encryption
from common.postgres.writing import guard, readable, visible

NOT_ONES_OWN = "participant_id <> all ((select app_self())::bigint[])"
READERS = "(select app_is('MANAGER')) or written_by_id = (select app_user())"


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0009_what_was_done"),
        ("people", "0039_work_phones"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StruckNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", common.encryption.EncryptedTextField()),
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="corrected_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="corrected_why",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="contact",
            name="struck_as",
            field=models.CharField(
                blank=True,
                choices=[("ERROR", "Written in error"), ("WRONG_PERSON", "About the wrong person")],
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="struck_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="struck_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="struck_why",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="corrected_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="corrected_why",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="struck_as",
            field=models.CharField(
                blank=True,
                choices=[("ERROR", "Written in error"), ("WRONG_PERSON", "About the wrong person")],
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="struck_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="struck_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="struck_why",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("struck_as", ""), ("struck_at", None), ("struck_by", None), ("struck_why", "")),
                    models.Q(
                        ("meaningful", False),
                        ("note", ""),
                        ("struck_at__isnull", False),
                        ("struck_by__isnull", False),
                        models.Q(("struck_as", ""), _negated=True),
                        models.Q(("struck_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_struck_contact_says_who_when_and_why_and_no_more",
                violation_error_message="A contact that is struck says who struck it, when and why, and nothing else.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("struck_as__in", ["ERROR", "WRONG_PERSON", ""])),
                name="contact_struck_as_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddField(
            model_name="strucknote",
            name="contact",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="struck_note", to="engagement.contact"
            ),
        ),
        migrations.AddField(
            model_name="strucknote",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="strucknote",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        readable("engagement_contact", "corrected_at"),
        readable("engagement_contact", "struck_at"),
        guard("engagement_strucknote", see=f"{visible()} and {NOT_ONES_OWN} and ({READERS})"),
    ]

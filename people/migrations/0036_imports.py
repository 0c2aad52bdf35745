"""Imports: checked, carried out and undone part by part, with whom each made or changed."""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.postgres.writing import guard, visible


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0035_custody"),
    ]

    operations = [
        migrations.RunSQL("delete from people_caseloadupload", migrations.RunSQL.noop),  # each is a day old at most
        migrations.CreateModel(
            name="ImportedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was_made", models.BooleanField()),
                ("before", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("undone", models.BooleanField(default=False)),
                ("kept", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="all_or_nothing",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="answers",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="changed",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="done",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="encoding",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="made",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="moved_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="refused",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="report",
            field=models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="state",
            field=models.CharField(
                choices=[
                    ("CHECKING", "Being read"),
                    ("CHECKED", "Waits for your answer"),
                    ("IMPORTING", "Being imported"),
                    ("DONE", "Imported"),
                    ("UNDOING", "Being undone"),
                    ("UNDONE", "Undone"),
                ],
                default="CHECKING",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="total",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="unchanged",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="caseloadupload",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="caseloadupload",
            name="text",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="caseloadupload",
            name="uploaded_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="caseloadupload",
            index=models.Index(models.F("uploaded_by"), models.F("uploaded_at"), name="upload_by_user"),
        ),
        migrations.AddConstraint(
            model_name="caseloadupload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["CHECKING", "CHECKED", "IMPORTING", "DONE", "UNDOING", "UNDONE"])),
                name="caseloadupload_state_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddField(
            model_name="importedperson",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="importedperson",
            name="upload",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="people",
                to="people.caseloadupload",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedperson",
            constraint=models.UniqueConstraint(
                models.F("upload"),
                models.F("participant"),
                name="imported_once_by_a_file",
                violation_error_message="This file has imported this person already.",
            ),
        ),
        # The service alone writes it; who sees the person reads that they came with a file.
        guard("people_importedperson", see=visible()),
    ]

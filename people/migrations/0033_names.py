"""Other names; one name is enough; a search of every name a person has or had, without accents (search_names.sql)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from common.postgres.columns import show
from common.postgres.operations import run_file
from common.postgres.policies import CONTACT
from common.postgres.writing import part_of_record, visible

RECORD = [
    "date_of_birth", "crn", "prison_number", "pnc", "cro", "address", "outcode", "risk_band", "communication_note",
    "readiness", "cohort_tags",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0032_staff_by_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalOtherName",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("FORMER", "Former name"), ("ALIAS", "Also known as")], max_length=6),
                ),
                ("given_name", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(max_length=100)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical other name",
                "verbose_name_plural": "historical other names",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="OtherName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("FORMER", "Former name"), ("ALIAS", "Also known as")], max_length=6),
                ),
                ("given_name", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(max_length=100)),
            ],
        ),
        migrations.RunSQL("drop view shown.people_participant", migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="participant",
            name="participant_name_trigrams",
        ),
        migrations.RemoveIndex(
            model_name="participant",
            name="participant_called_trigrams",
        ),
        migrations.RemoveField(
            model_name="historicalparticipant",
            name="full_name",
        ),
        migrations.RemoveField(
            model_name="participant",
            name="full_name",
        ),
        migrations.AlterField(
            model_name="historicalparticipant",
            name="given_name",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name="participant",
            name="given_name",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(models.F("date_of_birth"), name="participant_by_birth"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("family_name", ""), _negated=True),
                    models.Q(("given_name", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_person_has_a_name",
                violation_error_message="Enter a name. Someone who has one name has it as the family name.",
            ),
        ),
        migrations.AddField(
            model_name="historicalothername",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalothername",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.participant",
            ),
        ),
        migrations.AddField(
            model_name="othername",
            name="participant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="other_names",
                to="people.participant",
            ),
        ),
        migrations.AddConstraint(
            model_name="othername",
            constraint=models.UniqueConstraint(
                models.F("participant"),
                models.F("given_name"),
                models.F("family_name"),
                name="other_name_entered_once",
                violation_error_message="This name is on the record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="othername",
            constraint=models.CheckConstraint(
                condition=models.Q(("family_name", ""), _negated=True),
                name="another_name_is_a_name",
                violation_error_message="Enter a family name. A single name goes there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="othername",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["FORMER", "ALIAS"])),
                name="othername_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        show(
            "people_participant",
            {visible("id"): RECORD, visible("id", "CONTACT", level=CONTACT): ["phone", "email"]},
        ),
        *part_of_record("people_othername", delete=True),
        run_file("people/sql/search_names.sql"),
    ]

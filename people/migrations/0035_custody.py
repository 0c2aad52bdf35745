"""Acts of custody, and where each person is by them."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from common.postgres.columns import show
from common.postgres.policies import CONTACT
from common.postgres.writing import by_hand, part_of_record, visible

RECORD = [
    "date_of_birth", "crn", "prison_number", "pnc", "cro", "address", "outcode", "risk_band", "communication_note",
    "readiness", "cohort_tags",
]  # fmt: skip
# Of whoever is here already: in the prison on the record, or inside by the dates of the sentence.
SETTLE = """
    update people_participant p set whereabouts = 'PRISON' where p.prison_id is not null or exists (
        select from people_sentence s where s.participant_id = p.id and s.kind = 'CUSTODY'
          and s.starts_on <= current_date and s.ends_on >= current_date and coalesce(s.release_on, 'infinity') > current_date
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0034_nobodys_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SENTENCED", "Sentenced to custody"),
                            ("REMANDED", "Remanded in custody"),
                            ("RECALLED", "Recalled to prison"),
                            ("MOVED", "Moved to another prison"),
                            ("TEMPORARY", "Out on temporary release"),
                            ("HOSPITAL", "Moved to hospital"),
                            ("RETURNED", "Back in prison"),
                            ("RELEASED", "Released"),
                            ("FILE_IN", "In custody, as a caseload file said"),
                            ("FILE_OUT", "In the community, as a caseload file said"),
                        ],
                        max_length=10,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("hospital", models.CharField(blank=True, max_length=150)),
                ("due_back_on", models.DateField(blank=True, null=True)),
                (
                    "was",
                    models.CharField(
                        choices=[
                            ("COMMUNITY", "In the community"),
                            ("PRISON", "In prison"),
                            ("TEMPORARY", "Out of prison on temporary release"),
                            ("HOSPITAL", "In hospital from prison"),
                        ],
                        max_length=10,
                    ),
                ),
                ("release_was", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                ("struck_why", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalCustodyEvent",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SENTENCED", "Sentenced to custody"),
                            ("REMANDED", "Remanded in custody"),
                            ("RECALLED", "Recalled to prison"),
                            ("MOVED", "Moved to another prison"),
                            ("TEMPORARY", "Out on temporary release"),
                            ("HOSPITAL", "Moved to hospital"),
                            ("RETURNED", "Back in prison"),
                            ("RELEASED", "Released"),
                            ("FILE_IN", "In custody, as a caseload file said"),
                            ("FILE_OUT", "In the community, as a caseload file said"),
                        ],
                        max_length=10,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("hospital", models.CharField(blank=True, max_length=150)),
                ("due_back_on", models.DateField(blank=True, null=True)),
                (
                    "was",
                    models.CharField(
                        choices=[
                            ("COMMUNITY", "In the community"),
                            ("PRISON", "In prison"),
                            ("TEMPORARY", "Out of prison on temporary release"),
                            ("HOSPITAL", "In hospital from prison"),
                        ],
                        max_length=10,
                    ),
                ),
                ("release_was", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                ("struck_why", models.CharField(blank=True, max_length=300)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical custody event",
                "verbose_name_plural": "historical custody events",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="historicalparticipant",
            name="whereabouts",
            field=models.CharField(
                choices=[
                    ("COMMUNITY", "In the community"),
                    ("PRISON", "In prison"),
                    ("TEMPORARY", "Out of prison on temporary release"),
                    ("HOSPITAL", "In hospital from prison"),
                ],
                default="COMMUNITY",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="whereabouts",
            field=models.CharField(
                choices=[
                    ("COMMUNITY", "In the community"),
                    ("PRISON", "In prison"),
                    ("TEMPORARY", "Out of prison on temporary release"),
                    ("HOSPITAL", "In hospital from prison"),
                ],
                default="COMMUNITY",
                max_length=10,
            ),
        ),
        migrations.RunSQL(SETTLE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("whereabouts", "COMMUNITY"), _negated=True), ("prison", None), _connector="OR"
                ),
                name="nobody_in_the_community_is_in_a_prison",
                violation_error_message="Record how they went into custody, with the prison.",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("whereabouts__in", ["COMMUNITY", "PRISON", "TEMPORARY", "HOSPITAL"])),
                name="participant_whereabouts_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddField(
            model_name="custodyevent",
            name="participant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="custody_events",
                to="people.participant",
            ),
        ),
        migrations.AddField(
            model_name="custodyevent",
            name="prison",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.prison"
            ),
        ),
        migrations.AddField(
            model_name="custodyevent",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="custodyevent",
            name="sentence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.sentence",
            ),
        ),
        migrations.AddField(
            model_name="custodyevent",
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
            model_name="custodyevent",
            name="was_in",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.prison"
            ),
        ),
        migrations.AddField(
            model_name="historicalcustodyevent",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalcustodyevent",
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
            model_name="historicalcustodyevent",
            name="prison",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.prison",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustodyevent",
            name="recorded_by",
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
            model_name="historicalcustodyevent",
            name="sentence",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.sentence",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustodyevent",
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
            model_name="historicalcustodyevent",
            name="was_in",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.prison",
            ),
        ),
        migrations.AddIndex(
            model_name="custodyevent",
            index=models.Index(models.F("participant"), models.F("happened_on"), name="custody_of_person"),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.UniqueConstraint(
                models.F("participant"),
                condition=models.Q(
                    ("kind__in", ["SENTENCED", "REMANDED", "RECALLED", "FILE_IN"]), ("struck_at", None), ("until", None)
                ),
                name="in_custody_once",
                violation_error_message="They are in custody already on our record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gte", models.F("happened_on")), _connector="OR"),
                name="custody_ends_after_it_begins",
                violation_error_message="A release cannot be before they went in.",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_back_on", None),
                    models.Q(("due_back_on__gte", models.F("happened_on")), ("kind", "TEMPORARY")),
                    _connector="OR",
                ),
                name="only_temporary_release_is_due_back",
                violation_error_message="They are due back on the day they go out, or later.",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "HOSPITAL"), models.Q(("hospital", ""), _negated=True)),
                    models.Q(models.Q(("kind", "HOSPITAL"), _negated=True), ("hospital", "")),
                    _connector="OR",
                ),
                name="a_hospital_is_named",
                violation_error_message="Enter the hospital.",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("struck_at", None), ("struck_by", None), ("struck_why", "")),
                    models.Q(
                        ("struck_at__isnull", False),
                        ("struck_by__isnull", False),
                        models.Q(("struck_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="what_was_struck_says_by_whom_and_why",
                violation_error_message="Say why it is struck.",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "SENTENCED",
                            "REMANDED",
                            "RECALLED",
                            "MOVED",
                            "TEMPORARY",
                            "HOSPITAL",
                            "RETURNED",
                            "RELEASED",
                            "FILE_IN",
                            "FILE_OUT",
                        ],
                    )
                ),
                name="custodyevent_kind_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("was__in", ["COMMUNITY", "PRISON", "TEMPORARY", "HOSPITAL"])),
                name="custodyevent_was_is_known",
                violation_error_message="Choose one of those listed.",
            ),
        ),
        show(
            "people_participant",
            {visible("id"): RECORD, visible("id", "CONTACT", level=CONTACT): ["phone", "email"]},
        ),
        *part_of_record(
            "people_custodyevent", dates=("happened_on", "until", "due_back_on", "recorded_at", "struck_at")
        ),
        by_hand("people_custodyevent", "recorded_by_id", "struck_by_id"),
    ]

"""Whether a person may be texted at night, where a meeting of the next morning changes."""

from django.db import migrations, models

from common.postgres.columns import show
from common.postgres.policies import CONTACT
from common.postgres.writing import visible

RECORD = [
    "date_of_birth", "crn", "prison_number", "pnc", "cro", "address", "outcode", "risk_band", "communication_note",
    "readiness", "cohort_tags",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0039_work_phones"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalparticipant",
            name="night_ok",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="participant",
            name="night_ok",
            field=models.BooleanField(db_default=False, default=False),
        ),
        show(
            "people_participant",
            {visible("id"): RECORD, visible("id", "CONTACT", level=CONTACT): ["phone", "email"]},
        ),
    ]

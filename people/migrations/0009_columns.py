"""Levels are columns too: what the name, the ways to reach someone and the whole record each let one read."""

from django.db import migrations

from common.postgres.columns import show
from common.postgres.operations import run_file
from common.postgres.policies import CONTACT, sees
from common.postgres.writing import changes

ALL = "(select app_sees_all(3)) or "  # everyone whom they see, which is most staff: asked once, and quickly
RECORD = [
    "date_of_birth", "crn", "prison_number", "pnc", "cro", "address", "outcode", "risk_band", "communication_note",
    "readiness", "cohort_tags",
]  # fmt: skip
# Why someone is kept out is for those who may keep people out.
LIMITS = f"(select app_is('MANAGER')) and {changes()}"


class Migration(migrations.Migration):
    dependencies = [("people", "0008_narrow_functions"), ("common", "0003_columns")]
    operations = [
        run_file("people/sql/sees_all.sql", "drop function app_sees_all(integer)"),
        show(
            "people_participant",
            {ALL + sees("id"): RECORD, ALL + sees("id", "CONTACT", level=CONTACT): ["phone", "email"]},
        ),
        show("people_exclusion", {LIMITS: ["reason"]}),
        show("people_restriction", {LIMITS: ["reason"]}),
        migrations.RunSQL(
            [
                f"alter policy seen on {table} using ({LIMITS})"
                for table in ("people_historicalexclusion", "people_historicalrestriction")
            ],
            migrations.RunSQL.noop,
        ),
    ]

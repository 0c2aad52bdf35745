"""An account says whether it is of someone who works here, so that a list of them does not look through participants."""

from django.db import migrations, models

from common.postgres.columns import show
from common.postgres.operations import run_file

ACTING = "(select app_user())"
ADMINISTRATOR, DATA_PROTECTION = "(select app_is('ADMINISTRATOR'))", "(select app_is('DATA_PROTECTION'))"
NAMED = f"{DATA_PROTECTION} or app_names(id)"
REACHED = f"id = {ACTING} or {DATA_PROTECTION} or ({ADMINISTRATOR} and app_names(id))"
RUNG = f"id = {ACTING} or {DATA_PROTECTION} or app_is_staff(id)"
UNDO = (
    "drop trigger says_works_here on people_membership; drop trigger says_works_here on people_user;"
    " drop function people_role_says_works_here(); drop function people_says_works_here()"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0030_events_about")]
    operations = [
        migrations.AddField("user", "works_here", models.BooleanField(db_default=True, default=True, editable=False)),
        run_file("people/sql/works_here.sql", UNDO),
        show(
            "people_user", {NAMED: ["name"], RUNG: ["phone"], REACHED: ["email", "last_login"], "false": ["password"]}
        ),
    ]

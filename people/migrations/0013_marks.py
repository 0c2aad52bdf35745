"""Marks that cannot be made of one another, functions that ask who acts, and the numbers of staff, which texts give."""

from django.db import migrations

from common.postgres.columns import show
from common.postgres.operations import run_file

ACTING = "(select app_user())"
ADMINISTRATOR, DATA_PROTECTION = "(select app_is('ADMINISTRATOR'))", "(select app_is('DATA_PROTECTION'))"
NAMED = f"{DATA_PROTECTION} or app_names(id)"
REACHED = f"id = {ACTING} or {DATA_PROTECTION} or ({ADMINISTRATOR} and app_names(id))"
RUNG = f"id = {ACTING} or {DATA_PROTECTION} or app_is_staff(id)"


class Migration(migrations.Migration):
    dependencies = [("people", "0012_begun_messages")]
    operations = [
        run_file("people/sql/sees.sql"),
        run_file("people/sql/move_history.sql"),
        run_file("people/sql/rewrite_rows.sql"),
        run_file("people/sql/staff.sql", "drop function app_is_staff(bigint)"),
        show(
            "people_user", {NAMED: ["name"], RUNG: ["phone"], REACHED: ["email", "last_login"], "false": ["password"]}
        ),
    ]

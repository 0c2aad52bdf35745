"""The numbers that messages to people give: of staff, and of teams."""

import phonenumber_field.modelfields
from django.db import migrations

from common.postgres.columns import show

ACTING = "(select app_user())"
ADMINISTRATOR, DATA_PROTECTION = "(select app_is('ADMINISTRATOR'))", "(select app_is('DATA_PROTECTION'))"
NAMED = f"{DATA_PROTECTION} or app_names(id)"
REACHED = f"id = {ACTING} or {DATA_PROTECTION} or ({ADMINISTRATOR} and app_names(id))"
RUNG = f"id = {ACTING} or {DATA_PROTECTION} or app_is_staff(id)"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0038_professionals"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalteam",
            name="phone",
            field=phonenumber_field.modelfields.PhoneNumberField(
                blank=True, db_default="", default="", max_length=128, region=None
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="phone",
            field=phonenumber_field.modelfields.PhoneNumberField(
                blank=True, db_default="", default="", max_length=128, region=None
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="work_phone",
            field=phonenumber_field.modelfields.PhoneNumberField(
                blank=True, db_default="", default="", max_length=128, region=None
            ),
        ),
        show(
            "people_user", {NAMED: ["name"], RUNG: ["phone"], REACHED: ["email", "last_login"], "false": ["password"]}
        ),
    ]

"""Notes are searched by a function of the owner's, which reads by person and day and stops in time."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("engagement", "0006_visible")]
    operations = [
        run_file("engagement/sql/find_notes.sql", "drop function engagement_find_notes(text, timestamptz, integer)")
    ]

"""The audit of one person reads their events alone, however many there are of others."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0029_by_days")]
    operations = [run_file("people/sql/events_about.sql", "drop function people_events_about(bigint)")]

"""Indexes and functions of lists that grow with the country."""

from django.db import migrations, models

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0025_visible")]
    operations = [
        migrations.AddIndex("message", models.Index(fields=["-queued_at", "-id"], name="message_by_time")),
        migrations.AddIndex("message", models.Index(models.F("state"), name="message_by_state")),
        run_file("people/sql/own_events.sql", "drop function people_events_of_own_record()"),
    ]

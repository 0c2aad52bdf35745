"""A draft that is changed stays the row that it is, and of the same person."""

from django.db import migrations

from common.postgres.writing import row_stays


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0041_drafts"),
    ]

    operations = [
        row_stays("people_draft"),
    ]

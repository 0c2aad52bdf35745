"""A row stays the row it is; a provider begins without accounts, and its answer names whoever gave it."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.writing import also, readable_moments, rows_stay


class Migration(migrations.Migration):
    dependencies = [("providers", "0006_writers"), ("common", "0006_rows_stay")]
    operations = [
        rows_stay("providers"),
        readable_moments("providers"),
        also("providers_provider", "INSERT", "team_id is null and suspended_on is null"),
        run_file("providers/sql/answers.sql"),
    ]

"""A row stays the row it is, and its history says what it says."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("common", "0005_writers")]
    operations = [run_file("common/sql/rows_stay.sql")]

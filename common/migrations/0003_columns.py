"""Columns that not everyone who sees a row may read."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("common", "0002_initial")]
    operations = [run_file("common/sql/shown.sql")]

"""Each policy looks for a bit (people/0025_visible.py)."""

from django.db import migrations

from common.postgres.writing import ask_bits


class Migration(migrations.Migration):
    dependencies = [("providers", "0007_rows_stay"), ("people", "0025_visible")]
    operations = [ask_bits("providers")]

"""What a page may change in a row that its user may write."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("common", "0004_form_digests")]
    operations = [run_file("common/sql/writers.sql")]

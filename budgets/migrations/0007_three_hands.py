"""Who asks, who decides and who pays are three people, whoever writes the rows."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("budgets", "0006_entries")]
    operations = [run_file("budgets/sql/three_hands.sql")]

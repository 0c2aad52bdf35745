"""Whether someone may change one person's record, without working out all of them."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0047_rules_by_whom")]

    operations = [run_file("people/sql/may_change_one.sql")]

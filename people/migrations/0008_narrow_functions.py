"""Functions of the owner's answer about people whom the actor sees, and move what is of the two records of a merge."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("people", "0007_writing")]
    operations = [run_file("people/sql/find_people.sql"), run_file("people/sql/move_history.sql")]

"""Posting asks about the one person whose money it is."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [("budgets", "0039_panel_questions"), ("people", "0048_may_change_one")]

    operations = [run_file("budgets/sql/may_post_one.sql")]

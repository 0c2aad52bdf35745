"""Grants come first, so that every table made later is given to the web, the worker and the service as it is made."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    initial = True
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0001_initial"),
    ]
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        run_file("common/sql/roles.sql"),
        run_file("common/sql/grants.sql"),
    ]

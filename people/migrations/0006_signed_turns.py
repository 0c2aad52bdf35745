"""Who acts is signed: the database believes no setting that the web's login could write itself."""

from django.db import migrations

from common.postgres.operations import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_owning_areas"),
        ("lifeplans", "0002_access"),
        ("engagement", "0002_access"),
        ("providers", "0002_access"),
        ("budgets", "0002_access"),
    ]
    operations = [run_file("people/sql/signed_turns.sql")]

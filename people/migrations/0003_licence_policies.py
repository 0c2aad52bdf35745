"""The licence policies in force, and their conditions."""

from django.db import migrations

from people.record.licence_policies import load


def load_policies(apps, schema_editor):
    load(apps.get_model("people", "LicencePolicy").objects, apps.get_model("people", "LicenceCondition").objects)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_access")]
    operations = [migrations.RunPython(load_policies, migrations.RunPython.noop)]

"""Where a form led is sealed, since the address may hold a token; what was kept in the clear is sealed as it stands."""

from django.db import migrations

import common.encryption

PLACE = "common_submission.led_to"


def seal_what_is_there(apps, schema_editor):
    """A form sent again after this is still led where it was first led, and not done twice."""
    rows = apps.get_model("common", "Submission").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select key, led_to from common_submission where led_to like '/%'")
        kept = cursor.fetchall()
    for key, led_to in kept:
        rows.filter(pk=key).update(led_to=led_to)


class Migration(migrations.Migration):
    dependencies = [("common", "0003_service_role")]
    operations = [
        migrations.AlterField("submission", "led_to", common.encryption.SealedTextField(blank=True)),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
    ]

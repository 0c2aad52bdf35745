"""Where a form led is sealed, since the address may hold a token. What was kept in the clear is emptied."""

from django.db import migrations

import common.vault


class Migration(migrations.Migration):
    dependencies = [("common", "0003_service_role")]
    operations = [
        migrations.RunSQL("update common_submission set led_to = ''", migrations.RunSQL.noop),
        migrations.AlterField("submission", "led_to", common.vault.SealedTextField(blank=True)),
    ]

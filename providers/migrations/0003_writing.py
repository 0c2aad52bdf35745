"""Reading is not writing: a referral is the practitioner's. A provider's answer is written by the service."""

from django.db import migrations

from common.postgres.writing import changes, may_write


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_access"), ("people", "0007_writing")]
    operations = [
        may_write("providers_referral", insert=changes(), update=changes(), history="providers_historicalreferral"),
    ]

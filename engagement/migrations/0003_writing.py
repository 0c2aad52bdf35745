"""Reading is not writing: in an emergency one puts down a contact and closes an alert, and no more."""

from django.db import migrations

from common.postgres.policies import NAME, sees
from common.postgres.writing import changes, either, may_write, own

# Whoever reads the whole record as staff, in an emergency too. A person sees their own, and does not write here.
STAFF = f"{sees()} and not ({own()})"
# Someone in the circle logs the meetings that they had.
MINE = f"by_id = (select app_user()) and {sees(level=NAME)} and not ({own()})"


def _tracked(table: str, **rules: str):
    return may_write(table, history=table.replace("engagement_", "engagement_historical"), **rules)


class Migration(migrations.Migration):
    dependencies = [("engagement", "0002_access"), ("people", "0007_writing")]
    operations = [
        _tracked("engagement_plannedabsence", insert=changes(), update=changes(), delete=changes()),
        _tracked("engagement_contactplan", insert=changes(), update=changes(), delete=changes()),
        _tracked("engagement_appointment", insert=changes(), update=either(changes(), own())),
        _tracked("engagement_contact", insert=either(STAFF, MINE), update=changes()),
        _tracked("engagement_alert", update=STAFF),
    ]

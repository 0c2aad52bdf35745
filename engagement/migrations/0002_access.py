"""Row-level security on every table of this floor that holds a person."""

from django.db import migrations

from common.postgres.operations import history_append_only
from common.postgres.policies import NAME, guard, sees

# Who logs a contact with someone in their circle sees what they wrote.
OWN = f"{sees()} or (by_id = (select app_user()) and {sees(level=NAME)})"


def _tracked(table: str, rule: str, history_rule: str = ""):
    past = table.replace("engagement_", "engagement_historical")
    return guard(table, rule, history=past, history_rule=history_rule)


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_initial"), ("people", "0002_access")]
    operations = [
        _tracked("engagement_plannedabsence", sees()),
        _tracked("engagement_alert", sees()),
        _tracked("engagement_contactplan", sees()),
        _tracked("engagement_appointment", sees("participant_id", "MEETINGS"), sees()),
        _tracked("engagement_contact", OWN),
        history_append_only("engagement"),
    ]

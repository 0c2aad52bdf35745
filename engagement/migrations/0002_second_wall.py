"""Row-level security on keeping in touch. A volunteer sees meetings that are shared, and the contacts they log themselves."""

from django.db import migrations

from common.postgres.policies import NAME, guard, sees

OWN = f"{sees()} or (by_id = (select app_user()) and {sees(level=NAME)})"


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_initial"), ("people", "0003_second_wall")]
    operations = [
        guard("engagement_plannedabsence", sees(), history="engagement_historicalplannedabsence"),
        guard("engagement_alert", sees(), history="engagement_historicalalert"),
        guard("engagement_contactplan", sees(), history="engagement_historicalcontactplan"),
        guard(
            "engagement_appointment",
            sees("participant_id", "MEETINGS"),
            history="engagement_historicalappointment",
            history_rule=sees(),
        ),
        guard("engagement_contact", OWN, history="engagement_historicalcontact"),
    ]

"""Who said or did something in a plan is whoever says or does it."""

from django.db import migrations

from common.postgres.writing import by_hand, own_history


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0004_waits"), ("common", "0005_writers")]
    operations = [
        by_hand("lifeplans_lifeplan", "started_by_id"),
        by_hand("lifeplans_goal", "proposed_by_id", "participant_said_by_id?", "practitioner_said_by_id?"),
        by_hand("lifeplans_step", "added_by_id"),
        by_hand("lifeplans_strength", "added_by_id"),
        by_hand("lifeplans_goodrating", "rated_by_id"),
        by_hand("lifeplans_setback", "recorded_by_id"),
        by_hand("lifeplans_planversion", "made_by_id"),
        own_history("lifeplans"),
    ]

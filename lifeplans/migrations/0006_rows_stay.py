"""A row stays the row it is, and who said something said it in those words."""

from django.db import migrations

from common.postgres.writing import again_by_hand, readable_moments, rows_stay


def said(who: str) -> str:
    return f"{who}_said_by_id?:{who}_said,{who}_words,{who}_said_at"


class Migration(migrations.Migration):
    dependencies = [("lifeplans", "0005_writers"), ("common", "0006_rows_stay")]
    operations = [
        rows_stay("lifeplans"),
        readable_moments("lifeplans"),
        again_by_hand("lifeplans_goal", "proposed_by_id", said("participant"), said("practitioner")),
        again_by_hand("lifeplans_goodrating", "rated_by_id:importance,satisfaction,rated_on"),
    ]

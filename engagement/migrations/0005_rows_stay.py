"""A row stays the row it is. An alert is closed, and nothing else of it changes; its history is read as it is."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.policies import sees
from common.postgres.writing import again_by_hand, fixed, readable_moments, rows_stay

OTHERS = "participant_id <> all ((select app_self())::bigint[])"
DESCRIBED = "owner_id", "raised_at", "due_on", "escalated_at", "kinds", "facts", "reasons", "score", "silent_since"


class Migration(migrations.Migration):
    dependencies = [("engagement", "0004_writers"), ("common", "0006_rows_stay")]
    operations = [
        rows_stay("engagement"),
        readable_moments("engagement"),
        fixed("engagement_alert", *DESCRIBED, "next_step"),
        again_by_hand("engagement_contact", "by_id:note,at,kind,meaningful"),
        run_file("engagement/sql/with_staff.sql"),
        migrations.RunSQL(
            f"alter policy seen on engagement_historicalalert using ({sees()} and {OTHERS})", migrations.RunSQL.noop
        ),
    ]

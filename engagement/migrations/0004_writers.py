"""Who wrote it is whoever writes it. A person says that they cannot come, and changes no more of a meeting."""

from django.db import migrations

from common.postgres.operations import run_file
from common.postgres.policies import sees
from common.postgres.writing import by_hand, fixed, own_history, own_part

NOT_ONES_OWN = "participant_id <> all ((select app_self())::bigint[])"
COMING = f"({sees('participant_id', 'MEETINGS')} and starts_at >= app_now())"


class Migration(migrations.Migration):
    dependencies = [("engagement", "0003_writing"), ("common", "0005_writers")]
    operations = [
        by_hand("engagement_plannedabsence", "recorded_by_id"),
        by_hand("engagement_contactplan", "set_by_id"),
        by_hand("engagement_appointment", "arranged_by_id", "recorded_by_id"),
        own_part("engagement_appointment", "cannot_come_at", "cannot_come_why"),
        by_hand("engagement_contact", "by_id"),
        fixed("engagement_contact", "participant_id", "logged_at"),
        by_hand("engagement_alert", "closed_by_id"),
        run_file("engagement/sql/closed.sql"),
        own_history("engagement"),
        migrations.RunSQL(
            [
                # Who is shown someone's meetings is shown those to come: what came of the others is the record's.
                f"alter policy seen on engagement_appointment using ({sees()} or {COMING})",
                f"alter policy seen on engagement_alert using ({sees()} and {NOT_ONES_OWN})",
            ],
            migrations.RunSQL.noop,
        ),
    ]

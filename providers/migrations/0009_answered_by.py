"""Whether a referral is to one's own provider is asked row by row: as a list it was read anew for each person."""

from django.db import migrations

from common.postgres.policies import NAME
from common.postgres.writing import either, visible

TO_OUR_SERVICE = (
    "exists (select from providers_service s join providers_provider p on p.id = s.provider_id"
    " where s.id = service_id and p.team_id = any ((select app_teams())::bigint[]))"
)
SEEN = either(visible(), f"{visible(level=NAME)} and {TO_OUR_SERVICE}")


class Migration(migrations.Migration):
    dependencies = [("providers", "0008_visible")]
    operations = [
        migrations.RunSQL(f"alter policy seen on providers_referral using ({SEEN})", migrations.RunSQL.noop),
    ]

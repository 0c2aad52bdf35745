"""Row-level security on every table of this floor that holds a person."""

from django.db import migrations

from common.postgres.operations import history_append_only
from common.postgres.policies import NAME, guard, sees

# A provider's staff see what was referred to one of their services.
TO_OUR_SERVICE = (
    "service_id in (select s.id from providers_service s join providers_provider p on p.id = s.provider_id"
    " where p.team_id = any((select app_teams())::bigint[]))"
)


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial"), ("people", "0002_access")]
    operations = [
        guard(
            "providers_referral",
            f"{sees()} or ({sees(level=NAME)} and {TO_OUR_SERVICE})",
            history="providers_historicalreferral",
            history_rule=sees(),
        ),
        history_append_only("providers"),
    ]

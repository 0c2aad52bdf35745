"""A provider's staff may have accounts, in a team of theirs, and then see what is referred to them while it is open."""

import django.db.models.deletion
from django.db import migrations, models

from common.postgres.policies import NAME, guard, sees

OURS = (
    "service_id in (select s.id from providers_service s join providers_provider p on p.id = s.provider_id"
    " where p.team_id = any((select app_teams())::bigint[]))"
)


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_second_wall"), ("people", "0011_who_runs_it")]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="team",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="provider",
                to="people.team",
            ),
        ),
        migrations.AddField(
            model_name="historicalprovider",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.team",
            ),
        ),
        guard(
            "providers_referral",
            f"{sees()} or ({sees(level=NAME)} and {OURS})",
            history="providers_historicalreferral",
            history_rule=sees(),
        ),
    ]

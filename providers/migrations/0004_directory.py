"""The directory of services: read by everyone, written by those who keep it. What was not found is its searcher's."""

from django.db import migrations

from common.postgres.writing import guard

KEEPERS = "(select app_is('MANAGER')) or (select app_is('ADMINISTRATOR'))"
OWN = "searched_by_id = (select app_user())"


def _kept(table: str, history: str = ""):
    return guard(table, see="true", insert=KEEPERS, update=KEEPERS, delete=KEEPERS, history=history)


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_writing"), ("people", "0010_accounts")]
    operations = [
        _kept("providers_provider", "providers_historicalprovider"),
        _kept("providers_service", "providers_historicalservice"),
        *(_kept(table) for table in ("providers_service_subcontractors", "providers_activity")),
        guard("providers_policearea", see="true"),
        guard(
            "providers_unmetneed",
            see=f"{OWN} or {KEEPERS} or (select app_is('COMMISSIONER'))",
            insert=OWN,
            update=OWN,
        ),
    ]

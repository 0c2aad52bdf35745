"""Row-level security on referrals."""

from django.db import migrations

from common.postgres.policies import guard, sees


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial"), ("people", "0003_second_wall")]
    operations = [guard("providers_referral", sees(), history="providers_historicalreferral")]

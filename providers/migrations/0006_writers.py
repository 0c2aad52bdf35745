"""Who answered or cancelled is whoever does it; which team a provider is, and how it stands, the service changes."""

from django.db import migrations

from common.postgres.writing import by_hand, fixed, own_history


class Migration(migrations.Migration):
    dependencies = [("providers", "0005_suspended"), ("common", "0005_writers")]
    operations = [
        fixed("providers_provider", "team_id", "status", "suspended_on", "suspended_by_id", "suspended_reason"),
        fixed("providers_service", "provider_id"),
        by_hand("providers_provider", "added_by_id"),
        by_hand("providers_service", "added_by_id"),
        by_hand(
            "providers_referral",
            "sent_by_id",
            "accepted_by_id",
            "declined_by_id",
            "seen_by_id",
            "delivered_by_id",
            "cancelled_by_id",
        ),
        own_history("providers"),
    ]

"""Indexes for the directory in order of names, without looking at each provider."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("providers", "0009_answered_by")]
    operations = [
        migrations.AddIndex(
            "provider",
            models.Index(
                models.F("status"), name="provider_out_of_use", condition=Q(("status", "ACTIVE"), _negated=True)
            ),
        ),
        migrations.AddIndex(
            "service",
            models.Index(
                fields=["name", "id"],
                include=("provider", "opens_on", "closes_on"),
                condition=Q(status="ACTIVE"),
                name="running_service_by_name",
            ),
        ),
    ]

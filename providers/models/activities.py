"""Activities: what happens within a service, as its contract lists it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from lifeplans.needs import Need
from providers.models.services import Service


class Activity(models.Model):
    """One line of a contract. Two lines may read the same: what tells them apart is their place."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="activities", db_index=False)
    position = models.PositiveIntegerField()
    need_area = models.CharField(max_length=200, blank=True)  # as the contract spells it
    needs = ArrayField(models.CharField(max_length=15, choices=Need), default=list, blank=True)
    activity = models.TextField(blank=True)
    delivery_method = models.TextField(blank=True)
    delivery_location = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "position"],
                name="activity_has_its_own_place",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Another activity has this place in the list.",
            )
        ]

    def __str__(self) -> str:
        return self.activity[:60] or self.need_area

"""How often the plan asks for contact."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models import Level, Participant, RiskBand, User, ids_seen_by

USUAL_DAYS = {RiskBand.LOW: 28, RiskBand.MEDIUM: 14, RiskBand.HIGH: 7, RiskBand.VERY_HIGH: 7}
FEWEST_DAYS, MOST_DAYS = 1, 90


class ContactPlanQuerySet(models.QuerySet["ContactPlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user, Level.FULL))


class ContactPlan(models.Model):
    """How many days between contacts, where the usual number for the risk band does not fit."""

    participant = models.OneToOneField(
        Participant,
        models.PROTECT,
        related_name="contact_plan",
        error_messages={"unique": "Someone has just set this. Look again, then change it."},
    )
    every_days = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_on = models.DateField()

    history = HistoricalRecords()
    objects = ContactPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_is_planned_within_three_months",
                condition=Q(every_days__gte=FEWEST_DAYS, every_days__lte=MOST_DAYS),
                violation_error_message=f"Plan contact every {FEWEST_DAYS} to {MOST_DAYS} days.",
            )
        ]

    def __str__(self) -> str:
        return f"contact every {self.every_days} days"

"""The person's strengths, in four rings."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from lifeplans.models.authors import WHOSE_WORDS, Author
from lifeplans.models.plans import LifePlan
from people.models import User, ids_seen_by


class StrengthQuerySet(models.QuerySet["Strength"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__participant__in=ids_seen_by(user))

    def kept(self) -> Self:
        return self.filter(removed_on=None)

    def in_plan_of(self, participant_id: int) -> Self:
        return self.filter(plan__participant=participant_id)


class Strength(models.Model):
    """Something or someone that helps, in the words of whoever said it."""

    class Ring(models.TextChoices):
        SELF = "SELF", "Myself"
        FAMILY = "FAMILY", "My family"
        NETWORKS = "NETWORKS", "People I know"
        COMMUNITY = "COMMUNITY", "Where I live"

    plan = models.ForeignKey(LifePlan, models.PROTECT, related_name="strengths")
    ring = models.CharField(
        max_length=10, choices=Ring, error_messages={"invalid_choice": "Choose where this strength belongs."}
    )
    text = models.CharField(max_length=300)
    words_of = models.CharField(max_length=15, choices=Author, error_messages=WHOSE_WORDS)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()
    objects = StrengthQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="strength_says_something",
                condition=~Q(text=""),
                violation_error_message="Say what the strength is.",
            ),
            models.CheckConstraint(
                name="strength_removed_after_it_was_added",
                condition=Q(removed_on=None) | Q(removed_on__gte=F("added_on")),
                violation_error_message="A strength cannot be taken away before it was added.",
            ),
            models.UniqueConstraint(
                "plan",
                "ring",
                Lower("text"),
                name="strength_listed_once",
                condition=Q(removed_on=None),
                violation_error_message="That is already on the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"strength {self.pk}"

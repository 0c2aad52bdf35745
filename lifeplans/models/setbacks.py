"""Setbacks: part of the way. A setback pauses a goal and erases nothing."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from lifeplans.models.authors import WHOSE_WORDS, Author
from lifeplans.models.goals import Goal
from lifeplans.models.plans import LifePlan
from people.models import User, ids_seen_by


class SetbackQuerySet(models.QuerySet["Setback"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__participant__in=ids_seen_by(user))

    def unseen(self) -> Self:
        """Written by the person themselves, and not read yet by whoever leads the case."""
        return self.filter(recorded_by=models.F("plan__participant__user"), seen_on=None)


class Setback(models.Model):
    """Something that went wrong, with one goal or with the plan as a whole."""

    plan = models.ForeignKey(LifePlan, models.PROTECT, related_name="setbacks", db_index=False)
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="setbacks")
    note = models.TextField(max_length=1000)
    words_of = models.CharField(max_length=15, choices=Author, error_messages=WHOSE_WORDS)
    happened_on = models.DateField()
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    # Of one that the person wrote: who leads the case has read it.
    seen_on = models.DateField(null=True, blank=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()
    objects = SetbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="setback_says_something", condition=~Q(note=""), violation_error_message="Say what happened."
            ),
            models.CheckConstraint(
                name="setback_has_happened",
                condition=Q(happened_on__lte=models.F("recorded_on")),
                violation_error_message="A setback has happened already: choose today or a day before.",
            ),
            models.CheckConstraint(
                name="a_setback_that_was_seen_says_by_whom",
                condition=Q(seen_on=None, seen_by=None) | Q(seen_on__isnull=False, seen_by__isnull=False),
                violation_error_message="Say who has read it.",
            ),
        ]
        indexes = [models.Index("plan", "happened_on", name="setback_by_plan")]

    def __str__(self) -> str:
        return f"setback {self.pk}"

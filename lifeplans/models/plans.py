"""The life plan itself: one for each person, from custody into the community and through setbacks."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from lifeplans.models.authors import Author
from people.models import Participant, User, ids_seen_by


class PlanQuerySet(models.QuerySet["LifePlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def never_agreed(self) -> Self:
        return self.filter(is_agreed=False)

    def started_by(self, last: date) -> Self:
        """Started on that day or before."""
        return self.filter(started_on__lte=last)


class LifePlan(models.Model):
    """What one person wants from life and how they will get there, written by two authors."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="plan")
    started_on = models.DateField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    story = models.TextField(max_length=4000, blank=True)  # the person's own words, always
    gives_back = models.TextField(max_length=2000, blank=True)  # likewise

    is_agreed = models.BooleanField("agreed at least once", default=False, db_default=False)  # it has a version

    history = HistoricalRecords(excluded_fields=["is_agreed"])
    objects = PlanQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("started_on", "id", name="plan_never_agreed", condition=Q(is_agreed=False))]

    def __str__(self) -> str:
        return f"plan {self.pk}"

    def author_of(self, user: User) -> Author:
        """Which of the two authors this user writes as."""
        return Author.PARTICIPANT if self.participant.user_id == user.pk else Author.PRACTITIONER

"""Days when a person is away and nobody expects to hear from them."""

from __future__ import annotations

from typing import Self

from django.db import models
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, DatedQuerySet, one_at_a_time
from people.models import Level, Participant, User, ids_seen_by


class PlannedAbsenceQuerySet(DatedQuerySet["PlannedAbsence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user, Level.FULL))


class PlannedAbsence(models.Model):
    """Away from the first day to the last. These days do not count against the person."""

    class Reason(models.TextChoices):
        HOLIDAY = "HOLIDAY", "Holiday"
        WORK = "WORK", "Working away"
        HOSPITAL = "HOSPITAL", "Hospital or treatment"
        FAMILY = "FAMILY", "Family"
        CUSTODY = "CUSTODY", "Back in custody"
        OTHER = "OTHER", "Something else"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="planned_absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = PlannedAbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            one_at_a_time("absences_do_not_overlap", says="Some of those days are already recorded as away."),
        ]

    def __str__(self) -> str:
        return f"absence {self.pk}"

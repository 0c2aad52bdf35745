"""Days when a person is away and nobody expects to hear from them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from simple_history.models import HistoricalRecords

from people.models import Level, Participant, User


class PlannedAbsenceQuerySet(models.QuerySet["PlannedAbsence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=Participant.objects.visible_to(user, Level.FULL))

    def on(self, day: date) -> Self:
        return self.filter(from_on__lte=day, until_on__gte=day)

    def not_over(self, today: date) -> Self:
        return self.filter(until_on__gte=today)


class PlannedAbsence(models.Model):
    """Away from the first day to the last, both included. These days do not count against the person."""

    class Reason(models.TextChoices):
        HOLIDAY = "HOLIDAY", "Holiday"
        WORK = "WORK", "Working away"
        HOSPITAL = "HOSPITAL", "Hospital or treatment"
        FAMILY = "FAMILY", "Family"
        CUSTODY = "CUSTODY", "Back in custody"
        OTHER = "OTHER", "Something else"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="planned_absences")
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = PlannedAbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_starts",
                condition=Q(until_on__gte=F("from_on")),
                violation_error_message="The last day away cannot come before the first.",
            ),
            ExclusionConstraint(
                name="absences_do_not_overlap",
                expressions=[
                    ("participant", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_on",
                            "until_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Some of those days are already recorded as away.",
            ),
        ]

    def __str__(self) -> str:
        return f"absence {self.pk}"

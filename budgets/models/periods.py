"""The accounting periods of the whole service, and what a night found wrong with the books."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from common.dated import LAST_DAY
from people.models import User


class AccountingPeriod(models.Model):
    """From one day until another, both included. Entries stand in an open one: two people open it, and two close it.

    The first one is opened by nobody, when the service is set up (budgets/periods.py).
    """

    class State(models.TextChoices):
        OPENING = "OPENING", "Waiting for a second person to open it"
        OPEN = "OPEN", "Open"
        CLOSING = "CLOSING", "Open; waiting for a second person to close it"
        CLOSED = "CLOSED", "Closed"

    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPENING)
    opening_asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opening_asked_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closing_asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closing_asked_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            LAST_DAY,
            ExclusionConstraint(
                name="periods_do_not_overlap",
                expressions=[
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="Some of these days are in another period already.",
            ),
            models.CheckConstraint(
                name="a_period_says_who_and_when",
                condition=Q(state="OPENING", opened_at=None, closed_at=None, opening_asked_by__isnull=False)
                | Q(state="OPEN", opened_at__isnull=False, closing_asked_by=None, closed_at=None)
                | Q(state="CLOSING", opened_at__isnull=False, closing_asked_by__isnull=False, closed_at=None)
                | Q(
                    state="CLOSED",
                    opened_at__isnull=False,
                    closing_asked_by__isnull=False,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                ),
                violation_error_message="Opening and closing say by whom and when.",
            ),
            models.CheckConstraint(
                name="two_people_open_and_close",
                condition=(Q(opened_by=None) | ~Q(opened_by=F("opening_asked_by")))
                & (Q(closed_by=None) | ~Q(closed_by=F("closing_asked_by"))),
                violation_error_message="Someone other than who asked has to agree.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%-d %B %Y} to {self.ends_on:%-d %B %Y}"


class LedgerDifferenceQuerySet(models.QuerySet["LedgerDifference"]):
    def current(self) -> Self:
        return self.filter(gone_at=None)


class LedgerDifference(models.Model):
    """Something that the nightly check found wrong with the books, in its words, until a night no longer finds it.

    Whoever looks into it says what they found.
    """

    said = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    looked_into_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    looked_into_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    objects = LedgerDifferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "said",
                name="one_difference_of_a_kind",
                condition=Q(gone_at=None),
                violation_error_message="This difference is known already.",
            ),
            models.CheckConstraint(
                name="a_look_into_it_says_who_when_and_what",
                condition=Q(looked_into_by=None, looked_into_at=None, note="")
                | (Q(looked_into_by__isnull=False, looked_into_at__isnull=False) & ~Q(note="")),
                violation_error_message="Say what you found.",
            ),
        ]

    def __str__(self) -> str:
        return self.said

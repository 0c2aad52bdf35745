"""Rows that count for a time.

Days: `starts_on` to `ends_on`, the first and the last day that count. Without a last day, until further notice.
Moments (UTC): `starts_at` up to `ends_at`, which does not count itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from common.saving import save_or_refuse

Row = TypeVar("Row", bound=models.Model)
DAY = timedelta(days=1)

LAST_DAY = models.CheckConstraint(
    name="%(class)s_ends_after_it_starts",
    condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
    violation_error_message="The last day cannot be before the first.",
)


def current_on(day: date, path: str = "") -> Q:
    """What counts on this day; `path` leads to it from another model, as `supervisions__` does."""
    begun, no_end, not_over = f"{path}starts_on__lte", f"{path}ends_on", f"{path}ends_on__gte"
    return Q(**{begun: day}) & (Q(**{no_end: None}) | Q(**{not_over: day}))


class DatedQuerySet(models.QuerySet[Row]):
    def current(self, on: date) -> Self:
        return self.filter(current_on(on))

    def not_ended(self, on: date) -> Self:
        """Current, or still to come."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def ended(self, on: date) -> Self:
        return self.filter(ends_on__lt=on)


class TimedQuerySet(models.QuerySet[Row]):
    def current(self, at: datetime | None = None) -> Self:
        """What counts at this moment, or now."""
        at = at or timezone.now()
        return self.filter(Q(starts_at__lte=at), Q(ends_at=None) | Q(ends_at__gt=at))


class Dated(models.Model):
    """A row that counts for some days. Its `constraints` begin with LAST_DAY."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def ended_on(self) -> date | None:
        """The first day that it counts no longer."""
        return self.ends_on and self.ends_on + DAY

    def has_ended(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on

    def end_before(self, day: date, *fields: str, by: Any) -> None:
        """From this day on it counts no longer; save these other fields with it.

        A row left without a day is deleted: its history keeps it.
        """
        if self.starts_on >= day:
            self._history_user = by  # read by django-simple-history
            self.delete()
        else:
            self.ends_on = day - DAY
            save_or_refuse(self, "ends_on", *fields, by=by)


def one_at_a_time(name: str, *, says: str, of: Sequence[str] = ("participant",)) -> ExclusionConstraint:
    """A person has one such row on any day; or whatever `of` names."""
    days = Func(
        "starts_on",
        "ends_on",
        RangeBoundary(inclusive_lower=True, inclusive_upper=True),
        function="daterange",
        output_field=DateRangeField(),
    )
    return ExclusionConstraint(
        name=name,
        expressions=[*((each, RangeOperators.EQUAL) for each in of), (days, RangeOperators.OVERLAPS)],
        violation_error_message=says,
    )

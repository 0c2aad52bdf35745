"""Reports on money: sums over ledger entries by funder, area, purpose and month, in pence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from budgets.models import Entry, Funder, Purpose
from commissioning.suppression import hidden, hides_total, is_small
from common.days import midnight

Cells = dict[str, int | None]
MEASURES = {
    "contributed": "Put in",
    "allocated": "Allocated",
    "committed": "Set aside",
    "paid": "Paid",
    "left": "Left",
}


@dataclass(frozen=True)
class Period:
    """Local days, both included. The service's year starts on 1 April, as its funders' do."""

    first: date | None
    last: date

    @property
    def starts_at(self) -> datetime | None:
        return midnight(self.first) if self.first else None

    @property
    def ends_at(self) -> datetime:
        return midnight(date.fromordinal(self.last.toordinal() + 1))


@dataclass(frozen=True)
class Line:
    name: str
    cells: Cells  # None: not shown
    people: int | None  # None: not shown


@dataclass(frozen=True)
class Report:
    """One table: a line each, the measures it has, and the total where it may be shown."""

    name: str
    of: str
    measures: list[str]
    lines: list[Line]
    total: Line

    @property
    def hides(self) -> bool:
        return any(line.people is None for line in self.lines)


def _sum(**which: Any) -> Coalesce:
    return Coalesce(Sum("amount", filter=Q(**which)), 0)


def _measured(entries: QuerySet[Entry], by: str, period: Period) -> Any:
    """One row for each value of `by`. Flows are those within the period; what is left and set aside is at its end."""
    within = {"transaction__at__gte": period.starts_at} if period.starts_at else {}
    return entries.values(key=F(by)).annotate(
        contributed=_sum(transaction__kind="CONTRIBUTE", account__kind="POT", **within),
        allocated=_sum(transaction__kind__in=["ALLOCATE", "RETURN"], account__kind="BUDGET", **within),
        committed=_sum(account__kind="COMMITMENT"),
        paid=_sum(account__kind="PAID", **within),
        left=_sum(account__kind__in=["POT", "BUDGET"]),
        people=Count("account__budget__enrolment__participant", distinct=True),
    )


def _entries(period: Period, funder: Funder | None) -> QuerySet[Entry]:
    found = Entry.objects.filter(transaction__at__lt=period.ends_at).exclude(account__kind="WORLD")
    return found.filter(account__pot__funder=funder) if funder else found


def _people(entries: QuerySet[Entry]) -> int:
    return entries.aggregate(n=Count("account__budget__enrolment__participant", distinct=True))["n"]


def _report(
    name: str,
    of: str,
    measures: list[str],
    rows: list[tuple[str, dict[str, Any]]],
    people: int,
    *,
    suppress: bool = True,
) -> Report:
    counts = {label: row["people"] for label, row in rows}
    gone = hidden(counts) if suppress else {label for label, count in counts.items() if is_small(count)}
    lines = [
        Line(
            label,
            {m: None if label in gone and suppress else row[m] for m in measures},
            None if label in gone else row["people"],
        )
        for label, row in rows
    ]
    sums: Cells = {m: sum(row[m] for _, row in rows) for m in measures}
    no_total = hides_total(counts, people)
    total = Line("Total", {m: None for m in measures} if no_total and suppress else sums, None if no_total else people)
    return Report(name, of, measures, lines, total)


def by_funder(period: Period, funder: Funder | None = None) -> Report:
    """Each funder's own money. Its sums are about the funder, so they are shown; how many people is not, when few."""
    entries = _entries(period, funder)
    rows = [(row["key"], row) for row in _measured(entries, "account__pot__funder__name", period).order_by("key")]
    return _report("funder", "Funder", list(MEASURES), rows, _people(entries), suppress=False)


def by_area(period: Period, funder: Funder | None = None) -> Report:
    entries = _entries(period, funder).filter(account__budget__isnull=False)
    by = "account__budget__enrolment__participant__delivery_unit__name"
    rows = [(row["key"], row) for row in _measured(entries, by, period).order_by("key")]
    return _report("area", "Area", ["allocated", "committed", "paid", "left"], rows, _people(entries))


def by_purpose(period: Period, funder: Funder | None = None) -> Report:
    entries = _entries(period, funder).filter(transaction__spend__isnull=False)
    labels = dict(Purpose.choices)
    rows = [
        (labels[row["key"]], row) for row in _measured(entries, "transaction__spend__purpose", period).order_by("key")
    ]
    return _report("purpose", "Purpose", ["committed", "paid"], rows, _people(entries))


def by_month(period: Period, funder: Funder | None = None) -> Report:
    """What moved in each month, oldest first."""
    entries = _entries(period, funder).annotate(month=TruncMonth("transaction__at"))
    if period.starts_at:
        entries = entries.filter(transaction__at__gte=period.starts_at)
    rows = [(f"{row['key']:%B %Y}", row) for row in _measured(entries, "month", period).order_by("key")]
    return _report("month", "Month", ["contributed", "allocated", "paid"], rows, _people(entries))


REPORTS = {"funder": by_funder, "area": by_area, "purpose": by_purpose, "month": by_month}

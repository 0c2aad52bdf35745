"""Reports on money by funder, area, purpose and month, in pence: made of what was published, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from budgets.models import Funder
from commissioning.models import By, PublishedCount, PublishedSum, PutIn
from commissioning.years import first_day_of

Cells = dict[str, int | None]
MEASURES = {
    "contributed": "Put in",
    "given_back": "Given back",
    "allocated": "Allocated",
    "committed": "Set aside",
    "approved": "Approved",
    "paid": "Paid",
    "left": "Not used yet",
}
FLOWS = ("allocated", "approved", "paid")  # those within the period; what is set aside and left is at its end
OF_FUNDERS = ["contributed", "given_back", "allocated", "committed", "paid", "left"]
NOT_SPLIT = "Not split yet"


@dataclass(frozen=True)
class Choice:
    """What a reader asked for: one funder or all, one year or since the start."""

    funder: Funder | None = None
    year: int | None = None

    def is_within(self, last_day: date) -> bool:
        return self.year is None or first_day_of(self.year) <= last_day < first_day_of(self.year + 1)

    @property
    def within(self) -> Q:
        return Q() if self.year is None else Q(last_day__gte=first_day_of(self.year)) & self.by_end

    @property
    def by_end(self) -> Q:
        return Q() if self.year is None else Q(last_day__lt=first_day_of(self.year + 1))


@dataclass(frozen=True)
class Line:
    name: str
    cells: Cells  # None: not shown
    people: int | None = None  # to the nearest five; None: not shown
    note: str = ""  # after the name, in the table alone


@dataclass(frozen=True)
class Report:
    """One table: a line each, the measures it has, and the total of what is shown."""

    name: str
    of: str
    measures: list[str]
    lines: list[Line]
    total: Line


class Published:
    """All that was published about a choice, read once for every table of a page."""

    def __init__(self, choice: Choice) -> None:
        of = {"funder": choice.funder} if choice.funder else {}
        self.choice = choice
        sums = PublishedSum.objects.filter(choice.by_end, **of)
        self.totals: list[PublishedSum] = list(sums.filter(by=By.TOTAL).select_related("funder"))
        self.split = _added_up(sums.exclude(by=By.TOTAL), choice)
        self.put_in: list[PutIn] = list(PutIn.objects.filter(choice.by_end, **of).select_related("funder"))
        self.funders = {row.funder_id: row.funder.name for row in self._rows}
        counts = PublishedCount.objects.filter(year=choice.year)
        self.counts = {(row.funder_id, row.by, row.label): row.people for row in counts}

    @property
    def _rows(self) -> list[PublishedSum | PutIn]:
        return [*self.totals, *self.put_in]

    @property
    def last_day(self) -> date | None:
        return max((row.last_day for row in self._rows), default=None)

    def people(self, by: str, label: str = "", funder: int | None = None) -> int | None:
        return self.counts.get((funder or (self.choice.funder.pk if self.choice.funder else None), by, label))

    def cells(self, rows: list[PublishedSum]) -> Cells:
        within = [row for row in rows if self.choice.is_within(row.last_day)]
        flows: Cells = {name: sum(getattr(row, name) for row in within) for name in FLOWS}
        return {**flows, "committed": sum(row.committed for row in rows)}


def _added_up(sums: QuerySet[PublishedSum], choice: Choice) -> dict[str, dict[str, Cells]]:
    """The cells of each label, by what was split."""
    found: dict[str, dict[str, Cells]] = {By.AREA: {}, By.PURPOSE: {}}
    within = choice.within or None
    rows: Any = sums.values("by", "label").annotate(
        of_allocated=Sum("allocated", filter=within, default=0),
        of_paid=Sum("paid", filter=within, default=0),
        of_approved=Sum(F("committed") + F("paid"), filter=within, default=0),
        of_committed=Sum("committed"),
    )
    for row in rows.order_by():
        found[row["by"]][row["label"]] = {name: int(row[f"of_{name}"]) for name in (*FLOWS, "committed")}
    return found


def _report(name: str, of: str, measures: list[str], lines: list[Line], people: int | None) -> Report:
    lines = [Line(line.name, {m: line.cells[m] for m in measures}, line.people, line.note) for line in lines]
    sums: Cells = {m: sum(line.cells[m] or 0 for line in lines) for m in measures}
    return Report(name, of, measures, lines, Line("Total", sums, people))


def by_funder(published: Published) -> Report:
    """Each funder's own money. What is about people stands at the last month in which enough of them had some."""
    lines = [_funder(published, pk, name) for pk, name in sorted(published.funders.items(), key=lambda item: item[1])]
    return _report("funder", "Funder", OF_FUNDERS, [line for line in lines if line], published.people(By.TOTAL))


def _funder(published: Published, pk: int, name: str) -> Line | None:
    rows = [row for row in published.totals if row.funder_id == pk]
    put_in = [row for row in published.put_in if row.funder_id == pk]
    if not rows and not put_in:
        return None
    within = [row for row in put_in if published.choice.is_within(row.last_day)]
    of_pots: Cells = {"contributed": sum(r.pence for r in within), "given_back": sum(r.given_back for r in within)}
    if not rows:
        return Line(name, {**dict.fromkeys(OF_FUNDERS), **of_pots})
    until = max(row.last_day for row in rows)
    cells = published.cells(rows)
    had = sum(row.pence - row.given_back for row in put_in if row.last_day <= until)
    left = had - sum(row.committed + row.paid for row in rows)
    late = "" if until == published.last_day else f" (to {until:%B %Y})"
    people = published.people(By.TOTAL, "", pk)
    return Line(name, {**of_pots, **cells, "left": left}, people, late)


def by_area(published: Published) -> Report:
    return _by_label(published, By.AREA, "area", "Area", ["allocated", "approved", "paid"])


def by_purpose(published: Published) -> Report:
    return _by_label(published, By.PURPOSE, "purpose", "Purpose", ["approved", "paid"])


def _by_label(published: Published, by: By, name: str, of: str, measures: list[str]) -> Report:
    """A line for each label, one for those put together, and one for what has been published as a total alone."""
    split = published.split[by]
    lines = [Line(label, split[label], published.people(by, label)) for label in sorted(split) if label]
    if "" in split:
        lines.append(Line(f"{of}s put together", split[""]))
    total = published.cells(published.totals)
    waiting = {m: (total[m] or 0) - sum(cells[m] or 0 for cells in split.values()) for m in measures}
    if any(waiting.values()):
        lines.append(Line(NOT_SPLIT, dict(waiting)))
    shown = [line for line in lines if any(line.cells[m] for m in measures) or line.people]
    return _report(name, of, measures, shown, published.people(By.TOTAL))


def by_month(published: Published) -> Report:
    """What moved in each month, oldest first. Months in which too few people had money are told with the next."""
    within = published.choice.is_within
    ends = {row.last_day for row in published.totals} | {row.last_day for row in published.put_in}
    lines = [_month(published, last_day) for last_day in sorted(ends) if within(last_day)]
    return _report("month", "Month", ["contributed", "allocated", "paid"], lines, published.people(By.TOTAL))


def _month(published: Published, last_day: date) -> Line:
    rows = [row for row in published.totals if row.last_day == last_day]
    contributed = sum(row.pence for row in published.put_in if row.last_day == last_day)
    moved: Cells = {name: sum(getattr(row, name) for row in rows) if rows else None for name in FLOWS}
    return Line(f"{last_day:%B %Y}", {"contributed": contributed, **moved})


Maker = Callable[[Published], Report]
REPORTS: dict[str, Maker] = {"funder": by_funder, "area": by_area, "purpose": by_purpose, "month": by_month}

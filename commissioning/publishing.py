"""Publish what the months that have ended allow. The night does it; reports read what it wrote and nothing else.

A month in which too few people had money waits for the next. A table's rows wait for the small ones to grow, to the end
of a quarter or, where most of the money would be put together, of the year (`suppression.py`).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, Q, SmallIntegerField, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from budgets.models import Entry, Funder, Purpose
from commissioning.groups import count_groups
from commissioning.models import By, PublishedCount, PublishedGroup, PublishedSum, PutIn
from commissioning.suppression import Movement, Pick, about, enough, split
from commissioning.years import first_day_of, year_of
from common.days import midnight

Moved = Callable[[str, date, date], list[Movement]]  # by what, first day, last day
LABELS = {
    By.AREA: "account__budget__enrolment__participant__delivery_unit__name",
    By.PURPOSE: "transaction__spend__purpose",
}
PERSON = "account__budget__enrolment__participant"
# Which entries make up each figure.
# A sum that was reversed counts where its reversal does. What was paid and then lost went out all the same.
CONTRIBUTED, GIVEN_BACK = (
    Q(account__kind="POT") & (Q(transaction__kind=kind) | Q(transaction__reverses__kind=kind))
    for kind in ("CONTRIBUTE", "WITHDRAW")
)
ALLOCATED = Q(transaction__kind__in=["ALLOCATE", "RETURN"], account__kind="BUDGET")
COMMITTED = Q(account__kind="COMMITMENT")
PAID = Q(account__kind__in=["PAID", "LOST"])


@transaction.atomic
def publish(*, today: date) -> int:
    """Write every row that can be given away and has not been. Returns how many. Harmless to ask twice."""
    last_day = first_of_month(today) - timedelta(days=1)
    chances: dict[str, float] = defaultdict(SystemRandom().random)  # the same label for every funder, by chance

    def pick(labels: Sequence[str]) -> str:
        return min(labels, key=lambda label: chances[label])

    written = sum(_publish(funder, last_day, pick) for funder in Funder.objects.order_by("pk"))
    if not PublishedCount.objects.filter(last_day=last_day).exists():
        _count(last_day)
    if not PublishedGroup.objects.filter(last_day=last_day).exists():
        count_groups(last_day)
    return written


def _publish(funder: Funder, last_day: date, pick: Pick) -> int:
    began = Entry.objects.filter(account__pot__funder=funder).aggregate(at=Min("transaction__at"))["at"]
    if began is None:
        return 0
    _put_in(funder, last_day)
    first_day = first_of_month(timezone.localdate(began))
    published = list(PublishedSum.objects.filter(funder=funder))
    before = len(published)
    for month in month_ends(_next_day(published, By.TOTAL, first_day), last_day):
        new = due(published, first_day, month, partial(_moved, funder), pick)
        for row in new:
            row.funder = funder
        published += PublishedSum.objects.bulk_create(new)
    return len(published) - before


def due(published: list[PublishedSum], began: date, last_day: date, moved: Moved, pick: Pick) -> list[PublishedSum]:
    """One funder's rows to add at the end of a month: none while its total is too small.

    No label is published past the total: the total less the labels would give away what it waits with.
    """
    first_day = _next_day(published, By.TOTAL, began)
    total = moved(By.TOTAL, first_day, last_day)
    if not enough(total):
        return []
    rows = [row_of(By.TOTAL, "", first_day, last_day, total)]
    for by in LABELS:
        rows += _labels(by, _next_day(published, by, began), last_day, moved, pick)
    return rows


def _labels(by: By, first_day: date, last_day: date, moved: Moved, pick: Pick) -> list[PublishedSum]:
    moves = moved(by, first_day, last_day)
    found = split(moves, pick)
    if found is None:
        return []
    alone, together = found
    if together and not _closes(first_day, last_day, moves, set(together)):
        return []
    groups = [(label, {label}) for label in alone] + ([("", set(together))] if together else [])
    return [
        row_of(by, name, first_day, last_day, [move for move in moves if move.label in labels])
        for name, labels in groups
    ]


def row_of(by: By, label: str, first_day: date, last_day: date, moves: list[Movement]) -> PublishedSum:
    return PublishedSum(
        by=by,
        label=label,
        first_day=first_day,
        last_day=last_day,
        allocated=sum(move.allocated for move in moves),
        committed=sum(move.committed for move in moves),
        paid=sum(move.paid for move in moves),
    )


def _next_day(published: list[PublishedSum], by: str, began: date) -> date:
    """The first day that has not been published."""
    return max((row.last_day + timedelta(days=1) for row in published if row.by == by), default=began)


def _moved(funder: Funder, by: str, first_day: date, last_day: date) -> list[Movement]:
    """Each person's changes under each label. What was given to a budget has no purpose yet."""
    entries = _entries(first_day, last_day).filter(account__pot__funder=funder)
    allocated = sum_of(ALLOCATED)
    if by == By.PURPOSE:
        entries, allocated = entries.filter(transaction__spend__isnull=False), sum_of(Q(pk__isnull=True))
    label = {"label": F(LABELS[By(by)])} if by in LABELS else {}
    rows = entries.values(person=F(PERSON), **label).annotate(
        allocated=allocated, committed=sum_of(COMMITTED), paid=sum_of(PAID)
    )
    return [Movement(**{"label": "", **row}) for row in map(_in_words, rows)]


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "label": dict(Purpose.choices).get(row["label"], row["label"])} if "label" in row else row


def sum_of(entries: Q) -> Coalesce:
    return Coalesce(Sum("amount", filter=entries), 0)


def _entries(first_day: date | None, last_day: date) -> Any:
    """What moved in people's budgets in these local days."""
    found = Entry.objects.filter(
        account__budget__isnull=False, transaction__at__lt=midnight(last_day + timedelta(days=1))
    )
    return found.filter(transaction__at__gte=midnight(first_day)) if first_day else found


def _put_in(funder: Funder, last_day: date) -> None:
    known = set(PutIn.objects.filter(funder=funder).values_list("last_day", flat=True))
    until = midnight(last_day + timedelta(days=1))
    moved = Entry.objects.filter(CONTRIBUTED | GIVEN_BACK, account__pot__funder=funder, transaction__at__lt=until)
    found = moved.values(month=TruncMonth("transaction__at")).annotate(
        pence=sum_of(CONTRIBUTED), given_back=-sum_of(GIVEN_BACK)
    )
    rows = [
        PutIn(
            funder=funder, last_day=end_of_month(row["month"].date()), pence=row["pence"], given_back=row["given_back"]
        )
        for row in found
    ]  # fmt: skip
    PutIn.objects.bulk_create([row for row in rows if row.last_day not in known])


def _count(last_day: date) -> None:
    """Count afresh, for every funder and all together, since the start and for each year."""
    PublishedCount.objects.all().delete()
    began = Entry.objects.aggregate(at=Min("transaction__at"))["at"]
    if began is None:
        return
    for year in [None, *range(year_of(timezone.localdate(began)), year_of(last_day) + 1)]:
        until = min(last_day, first_day_of(year + 1) - timedelta(days=1)) if year else last_day
        entries = _entries(first_day_of(year) if year else None, until)
        for by in By:
            for of in ({}, {"funder_id": F("account__pot__funder")}):
                _count_by(entries, by, of, year, last_day)


def _count_by(entries: Any, by: By, of: dict[str, F], year: int | None, last_day: date) -> None:
    found = entries.filter(transaction__spend__isnull=False) if by == By.PURPOSE else entries
    label = {"label": F(LABELS[by])} if by in LABELS else {}
    said = {"year": Value(year, SmallIntegerField()), **of, **label}
    rows = found.order_by().values(**said).annotate(people=Count(PERSON, distinct=True))
    PublishedCount.objects.bulk_create(
        PublishedCount(by=by, last_day=last_day, **{**_in_words(row), "people": about(row["people"])})
        for row in rows
        if about(row["people"])
    )


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(first_day: date, last_day: date) -> Iterator[date]:
    """The last day of each month from that of `first_day` that ends by `last_day`."""
    end = end_of_month(first_day)
    while end <= last_day:
        yield end
        end = end_of_month(end + timedelta(days=1))


def _closes(first_day: date, last_day: date, moves: list[Movement], together: set[str]) -> bool:
    """Whether to put labels together now: at the year's end, or a quarter's where most of the money stands alone."""
    if last_day >= end_of_month(first_day_of(year_of(first_day) + 1) - timedelta(days=1)):
        return True
    money = sum(_size(move) for move in moves if move.label in together)
    quarter_end = end_of_month(date(first_day.year, first_day.month + -first_day.month % 3, 1))
    return last_day >= quarter_end and 2 * money <= sum(_size(move) for move in moves)


def _size(move: Movement) -> int:
    return abs(move.allocated) + abs(move.committed + move.paid)

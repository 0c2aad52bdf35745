"""Compare what was published with the ledger, to the penny. One statement reads the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Max, Sum
from django.db.models.functions import TruncMonth

from budgets.models import Entry
from commissioning.models import By, PublishedSum, PutIn
from commissioning.publishing import ALLOCATED, COMMITTED, CONTRIBUTED, GIVEN_BACK, PAID, end_of_month, sum_of
from common.money import pounds

MEASURES = ("allocated", "committed", "paid")
Months = dict[date, dict[str, int]]  # by the last day of each


def differences() -> list[str]:
    """Return a sentence for each published figure that differs from the ledger; an empty list is good."""
    ledger = _by_month()
    return [*_sums(ledger), *_put_in(ledger)]


def _by_month() -> dict[int, Months]:
    """What moved in the ledger, by funder and the last day of each local month."""
    rows = Entry.objects.values(funder=F("account__pot__funder"), month=TruncMonth("transaction__at")).annotate(
        contributed=sum_of(CONTRIBUTED),
        given_back=-sum_of(GIVEN_BACK),
        allocated=sum_of(ALLOCATED),
        committed=sum_of(COMMITTED),
        paid=sum_of(PAID),
    )
    found: dict[int, Months] = defaultdict(dict)
    for row in rows.order_by():
        figures: Any = row
        sums = {name: figures[name] for name in ("contributed", "given_back", *MEASURES)}
        found[row["funder"]][end_of_month(row["month"].date())] = sums
    return found


def _sums(ledger: dict[int, Months]) -> Iterator[str]:
    tables = PublishedSum.objects.values("funder", "funder__name", "by").annotate(
        until=Max("last_day"), allocated=Sum("allocated"), committed=Sum("committed"), paid=Sum("paid")
    )
    for row in tables.order_by("funder__name", "by"):
        months = [sums for month, sums in ledger[row["funder"]].items() if month <= row["until"]]
        published: Any = row
        for measure in MEASURES:
            if row["by"] == By.PURPOSE and measure == "allocated":
                continue  # what was given to a budget has no purpose yet
            about = f"{row['funder__name']}, {By(row['by']).label.lower()}, {measure} to {row['until']}"
            yield from _compared(about, published[measure], sum(sums[measure] for sums in months))


def _put_in(ledger: dict[int, Months]) -> Iterator[str]:
    for row in PutIn.objects.select_related("funder").order_by("funder__name", "last_day"):
        moved = ledger[row.funder_id].get(row.last_day, {})
        yield from _compared(f"{row.funder.name}, put in to {row.last_day}", row.pence, moved.get("contributed", 0))
        about = f"{row.funder.name}, given back to {row.last_day}"
        yield from _compared(about, row.given_back, moved.get("given_back", 0))


def _compared(about: str, published: int, moved: int) -> Iterator[str]:
    if published != moved:
        yield f"{about}: published as {pounds(published)}, in the ledger {pounds(moved)}."

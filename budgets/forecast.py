"""How long a fund lasts if it goes on as in the last quarter. It is an estimate, in whole pounds, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from budgets import totals
from budgets.models import Fund, Pot, SpendRequest

LOOKS_BACK = timedelta(days=91)
MONTH = 30.4  # days
FURTHEST = 3650  # days; beyond that it says so and names no day


@dataclass(frozen=True)
class Unused:
    """A pot that ends, and pence of it that would not have been set aside by then."""

    pot: Pot
    pence: int


@dataclass(frozen=True)
class Forecast:
    """Pence. `left` is in the pots and in budgets, promised to nobody; `asked` is what waits for an answer."""

    left: int
    asked: int
    a_month: int
    lasts_until: date | None  # None where nothing was granted, or it lasts beyond ten years
    unused: list[Unused]


def of(fund: Fund, pots: Sequence[Pot], sums: totals.Balances, now: datetime) -> Forecast:
    """`sums`: what the pots hold (`totals.balances`). One statement."""
    today, theirs = timezone.localdate(now), SpendRequest.objects.filter(budget__fund=fund)
    waiting, since = Q(state=SpendRequest.State.ASKED), Q(decided_at__gte=now - LOOKS_BACK)
    found = theirs.filter(waiting | since).aggregate(
        asked=Sum("amount", filter=waiting), granted=Sum("granted", filter=since)
    )
    granted = found["granted"] or 0
    there = {pot.pk: sums[pot.pk, "POT"] + sums[pot.pk, "BUDGET"] for pot in pots}
    left = sum(there.values())
    days = left * LOOKS_BACK.days / granted if granted else FURTHEST + 1
    return Forecast(
        left=left,
        asked=found["asked"] or 0,
        a_month=round(granted * MONTH / LOOKS_BACK.days / 100) * 100,
        lasts_until=today + timedelta(days=round(days)) if days <= FURTHEST else None,
        unused=list(_unused(pots, there, granted, today)),
    )


def _unused(pots: Sequence[Pot], there: dict[int, int], granted: int, today: date) -> list[Unused]:
    """Money that ends soonest is spent first, so what is granted until its last day comes out of it before others."""
    ending = sorted((pot for pot in pots if pot.last_day and there[pot.pk]), key=lambda pot: (pot.last_day, pot.pk))
    spent, found = 0, []
    for pot in ending:
        assert pot.last_day
        until = granted * max(0, (pot.last_day - today).days) // LOOKS_BACK.days
        used = min(there[pot.pk], max(0, until - spent))
        spent += used
        over = (there[pot.pk] - used) // 100 * 100
        if over:
            found.append(Unused(pot, over))
    return found

"""How much of the time and how much of the money of a person's sum has gone, with a quiet flag where they part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from budgets.models import Budget
from common.days import later

QUARTER, APART, MUCH = 25, 30, 50  # per cent


class Flag(Enum):
    """What it says to whoever works with the person; nothing where time and money go together."""

    NOTHING = "Nothing has been spent yet. Ask what stands in the way"
    SLOW = "Time goes faster than the money. Ask what would help next"
    FAST = "Money goes faster than the time. Talk about what is still to come"
    FITS = ""


@dataclass(frozen=True)
class Pace:
    """`time` and `money` are what has gone, in per cent; `ends_on` is the day until which the sum is meant to last."""

    time: int
    money: int
    ends_on: date

    @property
    def flag(self) -> Flag:
        if self.time >= QUARTER and not self.money:
            return Flag.NOTHING
        if self.money - self.time > APART and self.money > MUCH:
            return Flag.FAST
        return Flag.SLOW if self.time - self.money > APART and self.time > MUCH else Flag.FITS


def of(budget: Budget, months: int | None, today: date) -> Pace | None:
    """`months`: for how long the programme's rules mean the sum. `budget` comes with its money. None without either."""
    if months is None or not budget.gives_sum_first or budget.ended_on or not budget.total:
        return None
    ends_on = later(budget.opened_on, months, "month")
    days, gone = (ends_on - budget.opened_on).days, (today - budget.opened_on).days
    return Pace(time=max(0, min(100, 100 * gone // days)), money=100 * budget.promised // budget.total, ends_on=ends_on)

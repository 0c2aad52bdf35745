"""The story's clock: acts are scheduled for a day and an hour, then carried out in that order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time
from itertools import count

from django.utils import timezone

from common.working_days import is_working_day, next_working_day, our_nation

Act = Callable[[date, datetime], object]  # given the local day and the moment (UTC) it happens


class Schedule:
    """Acts may schedule further acts while the story is told, up to `last`. Nothing is scheduled after `end`."""

    def __init__(self, *, start: date, last: date, end: date) -> None:
        self.start, self.last, self.end = start, last, end
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def put(self, day: date, hour: float, act: Act) -> None:
        """Put an act down for a local day and hour (14.5 is half past two)."""
        if day <= self.end:
            heapq.heappush(self._acts, (moment(day, hour), next(self._order), act))

    def tell(self, *, until: datetime) -> None:
        while self._acts and self._acts[0][0] <= until:
            now, _, act = heapq.heappop(self._acts)
            act(timezone.localdate(now), now)


def moment(day: date, hour: float) -> datetime:
    """A local hour of a day, as an aware time."""
    return timezone.make_aware(datetime.combine(day, time(int(hour), round(hour % 1 * 60))))


def working_day(day: date) -> date:
    """The day itself, or the first working day after a weekend or bank holiday."""
    nation = our_nation()
    return day if is_working_day(day, nation) else next_working_day(day, nation)

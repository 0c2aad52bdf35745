"""What became of one funder's money, to the penny: what it was at the start, what moved, and what is left.

It is made of what was published, as every report is. Purposes that are too small to show stand together as "Other".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from budgets.models import Funder
from commissioning.models import By, PublishedSum, PutIn
from commissioning.reports import Choice, Published
from commissioning.years import first_day_of

OTHER = "Other"


@dataclass(frozen=True)
class Statement:
    """Pence. `before` and `left` are what was not used yet, `aside_before` and `aside` what was set aside.

    before + aside_before + put_in - given_back - paid = left + aside, at `last_day`; `paid` is the sum of `purposes`.
    `since` is what was put in, less what was given back, after that day. `purposes` is None where too few people had
    money for any figure about them.
    """

    funder: Funder
    first_day: date | None
    last_day: date
    before: int
    aside_before: int
    put_in: int
    given_back: int
    purposes: dict[str, int] | None
    paid: int
    aside: int
    left: int
    since: int


def statement(funder: Funder, year: int | None) -> Statement | None:
    """One funder's statement for a financial year, or since the start. None where nothing moved until its end."""
    published = Published(Choice(funder, year))
    if published.last_day is None:
        return None
    first_day = first_day_of(year) if year else None
    last_day = max((row.last_day for row in published.totals), default=published.last_day)
    put_in = [row for row in published.put_in if row.last_day <= last_day]
    earlier = [row for row in published.totals if first_day and row.last_day < first_day]
    put_in_earlier = [row for row in put_in if first_day and row.last_day < first_day]
    within = [row for row in put_in if row not in put_in_earlier]
    cells = published.cells(published.totals)
    return Statement(
        funder=funder,
        first_day=first_day,
        last_day=last_day,
        before=_net(put_in_earlier) - _taken(earlier),
        aside_before=sum(row.committed for row in earlier),
        put_in=sum(row.pence for row in within),
        given_back=sum(row.given_back for row in within),
        purposes=_purposes(published) if published.totals else None,
        paid=cells["paid"] or 0,
        aside=cells["committed"] or 0,
        left=_net(put_in) - _taken(published.totals),
        since=_net(row for row in published.put_in if row.last_day > last_day),
    )


def _net(rows: Iterable[PutIn]) -> int:
    return sum(row.pence - row.given_back for row in rows)


def _taken(rows: Iterable[PublishedSum]) -> int:
    return sum(row.committed + row.paid for row in rows)


def _purposes(published: Published) -> dict[str, int]:
    """What was paid for each purpose, the largest first. What was put together, or waits to be split, is the rest."""
    split = published.split[By.PURPOSE]
    alone = {label: cells["paid"] or 0 for label, cells in split.items() if label}
    shown = {label: paid for label, paid in alone.items() if paid}
    rest = (published.cells(published.totals)["paid"] or 0) - sum(shown.values())
    ordered = dict(sorted(shown.items(), key=lambda item: (-item[1], item[0])))
    return ordered | ({OTHER: rest} if rest else {})

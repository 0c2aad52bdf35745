"""What is paid again and again: so much each week, fortnight or month, with an end, and a look half way.

All of it is set aside when it is approved. Where less was granted it is paid as often as that reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from budgets.models import Commitment, Every, SpendRequest
from budgets.services import COMMITMENT_ACTS, OwnRequest
from common.days import in_words, later
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from people.models import User

STEP = {Every.WEEK: (1, "week"), Every.TWO_WEEKS: (2, "week"), Every.MONTH: (1, "month")}
AHEAD = timedelta(days=3)  # how long before its day a payment is on the list of who pays


class NotRepeated(RuleBroken):
    pass


@dataclass(frozen=True)
class Due:
    """The payment that is next: which it is of how many, its day, and pence."""

    nth: int
    times: int
    on: date
    pence: int

    @property
    def is_last(self) -> bool:
        return self.nth == self.times


def each_time(spend: SpendRequest) -> int:
    """Pence of one payment."""
    return spend.price // spend.times


def times_of(spend: SpendRequest) -> int:
    """How often it is paid: as often as what was granted reaches, the last time the rest."""
    granted = spend.price if spend.granted is None else spend.granted
    return min(spend.times, -(-granted // each_time(spend)))


def day_of(spend: SpendRequest, nth: int) -> date:
    """The day of a payment, counted from 1. The first is when it is needed, or when it was approved."""
    assert spend.decided_at
    decided_on = timezone.localdate(spend.decided_at)
    first = max(spend.needed_by or decided_on, decided_on)
    number, unit = STEP[Every(spend.every)]
    return later(first, number * (nth - 1), unit)


def next_due(commitment: Commitment, paid: int) -> Due | None:
    """`paid`: how many payments were made. None where it is paid once, or all of it was."""
    spend = commitment.spend
    if not spend.every or not commitment.remaining:
        return None
    nth, times = paid + 1, max(times_of(spend), paid + 1)
    pence = commitment.remaining if nth >= times else min(each_time(spend), commitment.remaining)
    return Due(nth, times, day_of(spend, nth), pence)


def review_due(commitment: Commitment) -> date | None:
    """The day half way on which someone asks whether it still helps. None where it was asked, or is not to be."""
    spend = commitment.spend
    if not spend.every or commitment.reviewed_at or commitment.closed_at:
        return None
    return day_of(spend, times_of(spend) // 2 + 1)


def in_short(spend: SpendRequest) -> str:
    """“£20 each week, 12 times”; empty where it is paid once."""
    if not spend.every or not spend.amount:
        return ""
    about = "up to " if spend.has_no_price else ""
    return f"{about}{pounds(each_time(spend))} {Every(spend.every).label.lower()}, {spend.times} times"


def so_far(commitment: Commitment, paid: int) -> str:
    """How many were paid, and when the next one is."""
    due = next_due(commitment, paid)
    if due is None:
        return ""
    return f"{paid} of {due.times} paid; the next on {in_words(due.on)}"


@transaction.atomic
def go_on(*, commitment: Commitment, review: str, by: User, now: datetime) -> Commitment:
    """It was looked at half way, and goes on. To stop it, the rest is given back."""
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("spend")
    commitment = rows.get(pk=commitment.pk)
    COMMITMENT_ACTS["go_on"].begins(commitment.state)
    if not commitment.spend.every:
        raise NotRepeated("This is paid once, so there is nothing to look at half way.")
    if by.pk == commitment.spend.person.user_id:
        raise OwnRequest("Someone who works with you writes this down.")
    commitment.review, commitment.reviewed_by, commitment.reviewed_at = review, by, now
    return save_or_refuse(commitment, "review", "reviewed_by", "reviewed_at", by=by)

"""What is not as it should be with the money of all funds, for finance: how many of each, how much, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import Abs
from django.urls import reverse
from django.utils import timezone

from budgets.book_items import ANSWER_WITHIN
from budgets.models import BankEntry, Correction, LedgerDifference, PayeeAccount, PayOrder, PayRun, Pot
from budgets.pay_items import CHECK_WITHIN, CONFIRM_WITHIN, PAY_WITHIN

CAME_BACK_SINCE = timedelta(days=60)


@dataclass(frozen=True)
class Row:
    """`pence`: how much it is about together; None where it is about no sum."""

    said: str
    many: int
    pence: int | None
    since: date
    url: str


def rows(today: date) -> list[Row]:
    """The oldest first. As many statements as there are kinds."""
    found = [*_by_bank(today), *_of_accounts(today), *_of_funds(today)]
    return sorted(found, key=lambda row: row.since)


def _by_bank(today: date) -> Iterator[Row]:
    orders, state = PayOrder.objects.all(), PayOrder.State
    came_back = orders.filter(state=state.FAILED, answered_on__gt=today - CAME_BACK_SINCE)
    said = f"Payments that came back in the last {CAME_BACK_SINCE.days} days"
    yield from _row(said, came_back, "answered_on", "amount", "budgets:pay-runs")
    late = orders.filter(state=state.READY, ordered_at__date__lte=today - PAY_WITHIN)
    yield from _row("Payments that wait for a run too long", late, "ordered_at", "amount", "budgets:pay-runs")
    sent = PayRun.objects.filter(state=PayRun.State.SENT, pay_on__lte=today - CONFIRM_WITHIN)
    said = "Payments that no statement of the bank confirms"
    waiting = orders.filter(run__in=sent, state=state.IN_RUN)
    yield from _row(said, waiting, "run__pay_on", "amount", "budgets:pay-runs")
    unknown = BankEntry.objects.filter(outcome=BankEntry.Outcome.OPEN)
    yield from _row("Lines of the bank that nobody knows", unknown, "booked_on", "pence", "budgets:bank")


def _of_accounts(today: date) -> Iterator[Row]:
    details = PayeeAccount.objects.filter(state=PayeeAccount.State.TO_CHECK, asked_at__date__lte=today - CHECK_WITHIN)
    yield from _row("Bank details that nobody has checked", details, "asked_at", "", "budgets:payee-accounts")
    wrong = LedgerDifference.objects.current().filter(looked_into_by=None)
    yield from _row("Things in the books that do not add up", wrong, "found_at", "", "budgets:books")
    waiting = Correction.objects.waiting().filter(budget=None, asked_at__date__lte=today - ANSWER_WITHIN)
    yield from _row("What waits for a second person too long", waiting, "asked_at", "amount", "budgets:books")


def _of_funds(today: date) -> Iterator[Row]:
    late = [pot for pot in Pot.objects.filter(expected_on__lt=today).with_received() if pot.received < pot.pledged]
    over = [pot for pot in Pot.objects.filter(use_by__lt=today).with_balance() if pot.balance and _is_over(pot, today)]
    page = reverse("budgets:fund-list")
    if late:
        missing = sum(pot.pledged - pot.received for pot in late)
        since = min(filter(None, (pot.expected_on for pot in late)))
        yield Row("Money that was promised and has not come", len(late), missing, since, page)
    if over:
        left, since = sum(pot.balance for pot in over), min(filter(None, (pot.last_day for pot in over)))
        yield Row("Money whose time is over and that was not given back", len(over), left, since, page)


def _is_over(pot: Pot, today: date) -> bool:
    return pot.last_day is not None and pot.last_day < today


def _row(said: str, found: QuerySet[Any], since: str, pence: str, page: str) -> Iterator[Row]:
    """Nothing where there is none. `since` and `pence`: the fields of the day and the sum."""
    sums = {"pence": Sum(Abs(pence))} if pence else {}
    whole = found.order_by().aggregate(many=Count("pk"), since=Min(since), **sums)
    if whole["many"]:
        first = whole["since"]
        day = first if type(first) is date else timezone.localdate(first)
        yield Row(said, whole["many"], whole["pence"] if pence else None, day, reverse(page))

"""What was handed over and nothing was shown for yet: the person has it, or whoever looks after it for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Sum

from budgets.models import Budget, Entry, Payment, Receipt, Way

InHand = Counter[tuple[int, str]]  # pence, by a budget's id and a way


def in_hand(budgets: Iterable[Budget | int]) -> InHand:
    """By budget and way: what was handed over, less what was shown, came back or was written off.

    What came back of one request is taken off what was handed over for it. Three statements for all of them.
    """
    found: InHand = Counter()
    for (budget, _), ways in of_requests(spend__budget__in=list(budgets)).items():
        for way, pence in ways.items():
            found[budget, way] += pence
    return +found


def of_requests(**which: Any) -> dict[tuple[int, int], Counter[str]]:
    """The same by budget and request (their ids), of the commitments that `which` filters."""
    commitments = {f"commitment__{name}": value for name, value in which.items()}
    of_spend = {"budget": "commitment__spend__budget", "spend": "commitment__spend"}
    handed = Payment.objects.filter(**commitments, reversed_at=None).exclude(way=Way.NOTIONAL)
    ways: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for budget, spend, way, pence in _sums(handed, of_spend, "way"):
        ways[budget, spend][way] += pence
    if not ways:
        return {}
    spends = {spend for _, spend in ways}
    shown = Receipt.objects.counted().filter(payment__commitment__spend__in=spends, payment__reversed_at=None)
    for budget, spend, way, pence in _sums(shown, {k: f"payment__{v}" for k, v in of_spend.items()}, "payment__way"):
        if way != Way.NOTIONAL:
            ways[budget, spend][way] -= pence
    gone = Entry.objects.filter(
        Q(transaction__kind__in=["REFUND", "WRITE_OFF"])
        | Q(transaction__reverses__kind__in=["REFUND", "WRITE_OFF"]),
        account__kind="PAID", transaction__spend__in=spends,
    )  # fmt: skip
    back = {spend: -pence for spend, pence in gone.values_list("transaction__spend").annotate(sum=Sum("amount"))}
    for (_, spend), of_ways in ways.items():
        left = back.get(spend, 0)
        for way in sorted(of_ways):
            taken = min(left, of_ways[way])
            of_ways[way] -= taken
            left -= taken
    return ways


def _sums(rows: QuerySet[Any], of_spend: dict[str, str], way: str) -> QuerySet[Any, Any]:
    return rows.values_list(of_spend["budget"], of_spend["spend"], way).annotate(sum=Sum("amount")).order_by()

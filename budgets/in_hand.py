"""What was handed over and nothing was shown for yet: the person has it, or whoever looks after it for them. And what
was bought before that, and is owed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from budgets.models import Budget, Commitment, Entry, Payment, Receipt, Transaction, Way, WayAgreement

InHand = Counter[tuple[int, str]]  # pence, by a budget's id and a way


def in_hand(budgets: Iterable[Budget | int]) -> InHand:
    """By budget and way. Three statements for all of them."""
    found: InHand = Counter()
    for (budget, _), ways in of_requests(spend__budget__in=list(budgets)).items():
        for way, pence in ways.items():
            found[budget, way] += pence
    return +found


def of_requests(**which: Any) -> dict[tuple[int, int], Counter[str]]:
    """The same by budget and request (their ids), of the commitments that `which` filters.

    What was shown for a request, and what came back of it or was lost, is taken off what was handed over first. What
    came back of what the service paid itself was in nobody's hand.
    """
    rows = Payment.objects.filter(**{f"commitment__{name}": value for name, value in which.items()}, reversed_at=None)
    paid: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    of = ("commitment__spend__budget", "commitment__spend", "way", "amount")
    for budget, spend, way, pence in rows.order_by("paid_on", "pk").values_list(*of):
        paid[budget, spend].append((way, pence))
    handed = {key: each for key, each in paid.items() if any(way != Way.NOTIONAL for way, _ in each)}
    if not handed:
        return {}
    spends = {spend for _, spend in handed}
    shown, back = _shown(spends), _came_back(spends)
    return {key: _left(each, shown[key[1]], back[key[1]]) for key, each in handed.items()}


def _left(paid: list[tuple[str, int]], shown: int, back: int) -> Counter[str]:
    by_service = sum(pence for way, pence in paid if way == Way.NOTIONAL)
    off, left = shown + max(0, back - by_service), Counter[str]()
    for way, pence in paid:
        if way != Way.NOTIONAL:
            taken = min(off, pence)
            off -= taken
            left[way] += pence - taken
    return left


def _shown(spends: set[int]) -> Counter[int]:
    """Pence by request, also of a payment that was reversed since and recorded anew."""
    rows = Receipt.objects.counted().filter(commitment__spend__in=spends)
    return Counter(dict(rows.order_by().values_list("commitment__spend").annotate(sum=Sum("amount"))))


def _came_back(spends: set[int]) -> Counter[int]:
    """Pence by request that came back or were written off, and were not reversed."""
    kinds = ["REFUND", "WRITE_OFF"]
    moved = Q(transaction__kind__in=kinds) | Q(transaction__reverses__kind__in=kinds)
    rows = Entry.objects.filter(moved, account__kind="PAID", transaction__spend__in=spends)
    return Counter({spend: -sum_ for spend, sum_ in rows.values_list("transaction__spend").annotate(sum=Sum("amount"))})


def with_owed(rows: Any) -> Any:
    """`handed`: pence that were handed over to be spent; `shown`: of what was bought with them, or before them;
    `put_right`: whether some of it was reversed, came back or was lost, so that the two say nothing of what is owed."""
    paid = Payment.objects.exclude(way=Way.NOTIONAL)
    undone = Exists(paid.filter(commitment=OuterRef("pk"), reversed_at__isnull=False))
    back = Exists(Transaction.objects.filter(spend=OuterRef("spend"), kind__in=["REFUND", "WRITE_OFF"]))
    return rows.annotate(
        handed=_sum(paid.filter(reversed_at=None)), shown=_sum(Receipt.objects.counted()), put_right=undone | back
    )


def _sum(rows: QuerySet[Any, Any]) -> Coalesce:
    """Of the rows of the commitment around them, in pence."""
    sums = rows.filter(commitment=OuterRef("pk")).order_by().values("commitment").annotate(sum=Sum("amount"))
    return Coalesce(Subquery(sums.values("sum")), 0)


def owed(commitment: Commitment) -> int:
    """Pence of what was bought with their own money, to be paid back. `commitment` comes with what is owed."""
    return 0 if commitment.put_right else max(0, min(commitment.shown - commitment.handed, commitment.remaining))


def owed_now(commitment: Commitment) -> int:
    """The same of a commitment that is locked by now: what was read while waiting for the lock may be old."""
    return owed(with_owed(Commitment.objects.filter(pk=commitment.pk)).get())


def handed_over() -> QuerySet[Payment]:
    """What was handed over by the agreement of the row around it."""
    return Payment.objects.filter(commitment__spend__budget=OuterRef("budget"), way=OuterRef("way"), reversed_at=None)


def with_last(agreements: QuerySet[WayAgreement]) -> QuerySet[WayAgreement]:
    """`last_on`: the day on which money was last handed over by each."""
    last = handed_over().order_by().values("way").annotate(last=Max("paid_on")).values("last")
    return agreements.annotate(last_on=Subquery(last))


def too_much(agreement: WayAgreement, pence: int, today: date) -> bool:
    """Whether more is there than so many weeks' worth; without a sum for a week, whether it is older than that."""
    if not pence:
        return False
    if agreement.weekly:
        return pence > agreement.weekly * agreement.most_weeks
    last: date | None = getattr(agreement, "last_on", None)
    return last is not None and last + timedelta(weeks=agreement.most_weeks) < today

"""What opening a budget gives, and whose money a request was paid from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from budgets import ledger
from budgets.ledger import NotEnough
from budgets.models import Budget, Entry, Fund, SpendRequest
from budgets.services import sum_for
from budgets.spending import Order
from people.models import Enrolment

Whose = list[tuple[str, int]]  # what the money is called, and pence


@dataclass(frozen=True)
class Offer:
    """What opening a budget gives: pence, how that was worked out, whose money it is; or, in `short`, why it cannot."""

    sum: int
    worked_out: str
    whose: Whose = field(default_factory=list)
    short: str = ""


def offer(enrolment: Enrolment, today: date) -> Offer:
    """What opening this enrolment's budget would give now."""
    fund = Fund.objects.filter(programme=enrolment.programme).first() or Fund(programme=enrolment.programme)
    budget = Budget(enrolment=enrolment, fund=fund)
    pence, said = sum_for(budget, today)
    if not pence:
        return Offer(pence, said)
    order = Order(fund, today, person=enrolment.participant)
    try:
        shares = ledger.unlocked(budget).shares(pence, "POT", order) if fund.pk else ledger.fill(pence, {}, order)
    except NotEnough as refusal:
        return Offer(pence, said, short=str(refusal))
    return Offer(pence, said, [(order.pots[pot].called, shares[pot]) for pot in order.pots if pot in shares])


def whose_money(spend: SpendRequest) -> Whose:
    """Whose money was set aside for a request, the most first."""
    aside = Entry.objects.filter(transaction__spend=spend, transaction__kind="COMMIT", amount__gt=0)
    return list(aside.order_by("-amount", "pk").values_list("account__pot__called", "amount"))

"""Where the money of a request would come from, for whoever decides about it; and whose it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from budgets import ledger
from budgets.drawing import drawn, order_for
from budgets.ledger import NotEnough
from budgets.models import Budget, Entry, Fund, SpendRequest
from budgets.services import sum_for
from budgets.spending import Order
from people.models import Enrolment

Whose = list[tuple[str, int]]  # what the money is called, and pence


@dataclass(frozen=True)
class Balance:
    """What is there for this now, and what would be left, in pence. `short` says in words why it is too little."""

    where: str
    now: int
    after: int
    whose: Whose = field(default_factory=list)
    short: str = ""


def balance_for(budget: Budget, spend: SpendRequest, today: date) -> Balance | None:
    """None where there is nothing to decide any more. `budget` comes with its money."""
    if spend.state != SpendRequest.State.ASKED or spend.amount is None:
        return None
    order, holdings = order_for(spend, today), ledger.unlocked(budget)
    kind, where = ("BUDGET", "In their budget") if budget.gives_sum_first else ("POT", "In the fund for this")
    balances = holdings.of(kind) if budget.gives_sum_first else order.spendable(holdings.of(kind))
    there = sum(balances.values())
    try:
        shares = drawn(budget, spend.price, order, holdings)[-1].shares
    except NotEnough as refusal:
        return Balance(where, there, there - spend.price, short=str(refusal))
    whose = [(order.pots[pot].called, shares[pot]) for pot in order.pots if pot in shares]
    return Balance(where, there, there - spend.price, whose)


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

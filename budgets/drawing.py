"""Out of whose money something is set aside, and whose money comes back: the moves that the ledger posts."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.utils import timezone

from budgets import ledger
from budgets.ledger import Kind, Move
from budgets.models import Budget, Fund, SpendRequest
from budgets.spending import Order
from common.money import pounds


def order_for(spend: SpendRequest, today: date) -> Order:
    """Whose money may be spent on a request, and in which order."""
    return Order(spend.budget.fund, today, purpose=spend.purpose, person=spend.person)


def drawn(budget: Budget, amount: int, order: Order, holdings: ledger.Holdings) -> list[Move]:
    """The moves that set money aside, the last of them: out of the person's sum, or out of the fund. Raises NotEnough.

    Money of the fund that is for this alone is spent before their sum. It takes the place of as much of it.
    """
    if not budget.gives_sum_first:
        shares = holdings.shares(amount, "POT", order)
        return [Move(Kind.ALLOCATE, shares), Move(Kind.COMMIT, shares)]
    theirs, for_this = holdings.of("BUDGET"), order.for_this_alone()
    if amount > sum(theirs.values()):
        raise ledger.NotEnough(f"There is only {pounds(sum(theirs.values()))} left, so {pounds(amount)} is too much.")
    there = {pot: pence for pot, pence in holdings.of("POT").items() if pot in for_this}
    swapped = min(amount, sum(there.values()))
    instead = ledger.fill(swapped, there, order) if swapped else {}
    back = ledger.fill(swapped, theirs, order, last_first=True) if swapped else {}
    left = {pot: pence - back.get(pot, 0) for pot, pence in theirs.items()}
    own = ledger.in_order(amount - swapped, left, order.of_anyone()) if amount > swapped else {}
    moves = [Move(Kind.ALLOCATE, instead), Move(Kind.RETURN, back)] if swapped else []
    return [*moves, Move(Kind.COMMIT, dict(Counter(instead) + Counter(own)))]


def order_of_rest(spend: SpendRequest, now: datetime) -> Order:
    """Whose money may be in the person's sum, and in which order: what a request does not need goes there."""
    return Order(spend.budget.fund, timezone.localdate(now), person=spend.person)


def fund_of_rest(budget: Budget, order: Order) -> Fund | None:
    """The fund, where what comes back may go on there."""
    bound = any(pot.purposes for pot in order.pots.values())
    return budget.fund if budget.gives_rest_back or bound else None


def coming_back(
    kind: Kind, budget: Budget, shares: ledger.Shares, order: Order, holdings: ledger.Holdings
) -> list[Move]:
    """What is not needed, or was paid back, returns to the budget, and on to the fund where that takes it back.

    Of a person's sum, money that is for one thing alone goes back to its pot. Other money takes its place, as far as
    there is some: else it stays, and can be set aside for that thing.
    """
    moves = [Move(kind, shares)]
    if budget.gives_rest_back:
        return [*moves, Move(Kind.RETURN, shares)]
    bound = {pot: pence for pot, pence in shares.items() if order.pots[pot].purposes}
    others = order.spendable(holdings.of("POT")) if bound else {}
    pence = min(sum(bound.values()), sum(others.values()))
    return [*moves, *exchanged(ledger.fill(pence, bound, order), others, order)] if pence else moves


def exchanged(gone: ledger.Shares, others: ledger.Shares, order: Order) -> list[Move]:
    """Money of a budget goes back to its pots, and as much of other money comes in its place, as far as there is."""
    instead = min(sum(gone.values()), sum(others.values()))
    moves = [Move(Kind.RETURN, gone)]
    return [*moves, Move(Kind.ALLOCATE, ledger.fill(instead, others, order))] if instead else moves

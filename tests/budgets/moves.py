"""Single moves of money, for tests of the ledger alone: no rule of the services has been asked."""

from __future__ import annotations

from functools import partial

from budgets import ledger
from budgets.commands import Command, new_key
from budgets.models import Correction, Payment, Transaction
from budgets.spending import Order
from people.models import User
from tests.conftest import NOW, TODAY


def command(by, key: str = "") -> Command:
    return Command(key or new_key(), "", by, NOW)


def move(kind: str, spend, amount: int, by, *, of: str) -> Transaction:
    """Move money of one request, by what it has in its accounts of a kind."""
    order = Order(spend.budget.fund, TODAY)
    shares = ledger.lock(budget=spend.budget, spend=spend).shares_of_request(amount, of, order)
    moves = [ledger.Move(Transaction.Kind(kind), shares)]
    made = Transaction.objects.get(pk=ledger.post(command(by), moves, budget=spend.budget, spend=spend)[0])
    if kind == "PAY":
        of_it = {"commitment": spend.commitment, "amount": amount, "payee": "Shop", "paid_on": made.dated}
        Payment.objects.create(transaction=made, recorded_by=by, recorded_at=NOW, **of_it)
    elif kind == "REFUND":
        of_it = {"spend": spend, "budget": spend.budget, "amount": amount, "happened_on": TODAY, "reason": "Too much."}
        asked = {"asked_by": User.objects.service(), "asked_at": NOW}
        Correction.objects.create(
            kind=kind, state="DONE", answered_by=by, answered_at=NOW, posted=made, **asked, **of_it
        )
    return made


pay, release = partial(move, "PAY", of="COMMITMENT"), partial(move, "RELEASE", of="COMMITMENT")
refund = partial(move, "REFUND", of="PAID")


def give_back(budget, amount: int, by) -> Transaction:
    shares = ledger.lock(budget=budget, fund=budget.fund).shares(amount, "BUDGET", Order(budget.fund, TODAY))
    posted = ledger.post(command(by), [ledger.Move(Transaction.Kind.RETURN, shares)], budget=budget)
    return Transaction.objects.get(pk=posted[0])

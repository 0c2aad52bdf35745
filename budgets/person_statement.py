"""A statement of one person's budget: each move of it, and what was left after it, to the penny as the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from budgets.models import Budget, Transaction

WORDS = {
    "ALLOCATE": "You got", "RETURN": "Went back to the fund", "COMMIT": "Kept for", "RELEASE": "Not needed for",
    "PAY": "Paid for", "REFUND": "Came back from", "WRITE_OFF": "Lost", "REVERSE": "Put right",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Pence: how much the move was, and how much of the budget nobody was promised after it."""

    on: date
    said: str
    what: str
    pence: int
    left: int


def lines(budget: Budget) -> list[Line]:
    """The oldest first. In one statement."""
    moves = Transaction.objects.filter(budget=budget).with_amount().select_related("spend").order_by("at", "pk")
    moves = moves.annotate(changes=Coalesce(Sum("entries__amount", filter=Q(entries__account__kind="BUDGET")), 0))
    found, left = [], 0
    for move in moves:
        left += move.changes
        what = move.spend.what if move.spend else ""
        found.append(Line(move.dated, WORDS.get(move.kind, move.get_kind_display()), what, move.amount, left))
    return found

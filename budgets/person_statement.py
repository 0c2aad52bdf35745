"""What became of a person's money, move by move, and what was left after each, to the penny as the ledger says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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
    why: str  # where two people put it right
    pence: int
    left: int
    spend: int | None = None  # the request it is about


def lines(budgets: Sequence[Budget]) -> list[tuple[Budget, list[Line]]]:
    """Of each budget, the oldest first. One statement for all of them.

    Where other money only takes the place of some (budgets/drawing.py), nothing of theirs has moved: it is left out.
    """
    moves = Transaction.objects.filter(budget__in=budgets).with_amount().select_related("spend", "correction")
    moves = moves.annotate(changes=Coalesce(Sum("entries__amount", filter=Q(entries__account__kind="BUDGET")), 0))
    by_budget: dict[int, list[Any]] = {}
    for move in moves.order_by("at", "pk"):
        by_budget.setdefault(move.budget_id or 0, []).append(move)
    return [(budget, list(_told(_without_swaps(by_budget.get(budget.pk, []))))) for budget in budgets]


def _told(moves: Iterable[Any]) -> Iterator[Line]:
    left = 0
    for move in moves:
        left += move.changes
        correction = getattr(move, "correction", None)
        what, why = move.spend.what if move.spend else "", correction.reason if correction else ""
        said = WORDS.get(move.kind, move.get_kind_display())
        yield Line(move.dated, said, what, why, abs(move.changes) or move.amount or 0, left, move.spend_id)


def _act(move: Any) -> str:
    """What one act posted has one key, and the kind of each move after it."""
    key: str = move.key
    return key.rpartition(":")[0]


def _without_swaps(moves: Sequence[Any]) -> Iterator[Any]:
    waiting = list(moves)
    while waiting:
        move = waiting.pop(0)
        after = waiting[0] if waiting else None
        swaps = after is not None and {move.kind, after.kind} == {"ALLOCATE", "RETURN"} and _act(move) == _act(after)
        if swaps and move.changes == -after.changes:  # type: ignore[union-attr]
            waiting.pop(0)
        else:
            yield move

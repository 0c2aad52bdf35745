"""Moves money. An act locks what it may touch once, reads it, splits the sum between funders, and posts all its moves.

The database posts (budgets/sql/ledger.sql): it knows every kind of move and the accounts it goes between. What is said
here is which kind, for which request, and how many pence of each funder's pot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection

from budgets.commands import Command
from budgets.models import Budget, Fund, Pot, SpendRequest, Transaction
from common.errors import RuleBroken
from common.money import pounds

Kind = Transaction.Kind
Shares = dict[int, int]  # pence, by a pot's id
Balances = Mapping[tuple[str, int], int]  # pence, by kind of account and pot


class NotEnough(RuleBroken):
    pass


class Nothing(RuleBroken):
    pass


class NotOpen(RuleBroken):
    pass


# What the database says no to that a page can lead to: by the constraint's name.
REFUSALS: dict[str, RuleBroken] = {
    "only_the_world_owes": NotEnough("There is not enough money for that now. Look at what is left, and enter less."),
    "the_accounts_are_open": NotOpen("No accounts are open for that day. Ask a finance officer to open them."),
    "the_budget_is_open": NotOpen("This budget has ended, so nothing more is set aside from it."),
}


@dataclass(frozen=True)
class Move:
    kind: Kind
    shares: Shares


@dataclass(frozen=True)
class Locked:
    """What the accounts of one act hold. They stay locked until its transaction ends."""

    balances: Balances
    of_request: Balances  # how much of that is the request's own

    def shares(self, amount: int, kind: str) -> Shares:
        """Split `amount` pence over the pots by what accounts of this kind hold. Raises NotEnough."""
        return _split(amount, self.balances, kind)

    def shares_of_request(self, amount: int, kind: str) -> Shares:
        """The same, by what the request itself has there: its funders are those it was set aside from."""
        return _split(amount, self.of_request, kind)


def lock(*, budget: Budget | None = None, spend: SpendRequest | None = None, fund: Fund | None = None) -> Locked:
    """Lock every account of a budget, and of the fund's pots where they are drawn on: once, in order of their ids."""
    with connection.cursor() as cursor:
        asked = [one.pk if one else None for one in (budget, spend, fund)]
        cursor.execute("select kind, pot_id, balance, of_request from budgets_lock(%s, %s, %s)", asked)
        rows = cursor.fetchall()
    return Locked(
        balances={(kind, pot): balance for kind, pot, balance, _ in rows},
        of_request={(kind, pot): pence for kind, pot, _, pence in rows},
    )


def post(
    command: Command, moves: list[Move], *, budget: Budget | None = None, spend: SpendRequest | None = None,
    dated: date | None = None,
) -> list[int]:  # fmt: skip
    """Post these moves, in their order, and return their ids. They stand in the accounts of `dated`, or of today.

    The database puts its own clock and the acting user in place of the command's; the service's stand.
    """
    for move in moves:
        _must_be_something(sum(move.shares.values()))
    shares = [(move.kind, pot, pence) for move in moves for pot, pence in sorted(move.shares.items())]
    kinds, pots, pence = (list(column) for column in zip(*shares, strict=True))
    about = [dated, budget.pk if budget else None, spend.pk if spend else None]
    with refused(), connection.cursor() as cursor:
        said = [*command.in_ledger(), *about, kinds, pots, pence]
        cursor.execute("select budgets_post(%s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::bigint[])", said)
        return list(cursor.fetchone()[0])


@contextmanager
def refused() -> Iterator[None]:
    """Refuse in words where the database says no to a move. The block's transaction is lost."""
    try:
        yield
    except IntegrityError as problem:
        refusal = REFUSALS.get(problem.__cause__.diag.constraint_name or "")  # type: ignore[union-attr]
        if refusal is None:
            raise
        raise type(refusal)(str(refusal)) from problem


def contribute(command: Command, *, pot: Pot, amount: int) -> Transaction:
    """A funder puts `amount` pence into its pot."""
    return Transaction.objects.get(pk=post(command, [Move(Kind.CONTRIBUTE, {pot.pk: amount})])[0])


def reverse(command: Command, undone: Transaction) -> Transaction:
    """Put a transaction right: a new one that names it goes the other way. Someone else than its maker does it."""
    with refused(), connection.cursor() as cursor:
        cursor.execute("select budgets_reverse(%s, %s, %s, %s, null, %s)", [*command.in_ledger(), undone.pk])
        return Transaction.objects.get(pk=cursor.fetchone()[0])


def fair_shares(amount: int, balances: Mapping[int, int]) -> Shares:
    """Split pence over sources in proportion to what each has, exactly: largest remainder, ties to the lower id.

    No source gives more than it has. Raises NotEnough where together they have less than `amount`.
    """
    total = sum(balances.values())
    if amount > total:
        raise NotEnough(f"There is only {pounds(total)} left, so {pounds(amount)} is too much.")
    shares = {source: amount * balance // total for source, balance in balances.items()} if total else {}
    missing = amount - sum(shares.values())
    by_remainder = sorted(balances, key=lambda s: (-(amount * balances[s] % total), s)) if total else []
    for source in by_remainder[:missing]:
        shares[source] += 1
    return {source: share for source, share in shares.items() if share}


def _split(amount: int, balances: Balances, kind: str) -> Shares:
    _must_be_something(amount)
    return fair_shares(amount, {pot: pence for (account, pot), pence in balances.items() if account == kind})


def _must_be_something(amount: int) -> None:
    if amount <= 0:
        raise Nothing("Enter an amount that is more than zero.")

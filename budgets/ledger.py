"""Moves money. An act locks what it may touch once, reads it, splits the sum between funders, and posts all its moves.

The database posts (budgets/sql/ledger.sql): it knows every kind of move and the accounts it goes between. What is said
here is which kind, for which request, and how many pence of each funder's pot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection
from django.db.models import Q

from budgets.commands import Command
from budgets.models import Account, Budget, Fund, SpendRequest, Transaction
from budgets.spending import Order
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
class Holdings:
    """What the accounts of one act hold."""

    balances: Balances
    of_request: Balances  # how much of that is the request's own

    def of(self, kind: str) -> Shares:
        """What accounts of this kind hold."""
        return {pot: pence for (account, pot), pence in self.balances.items() if account == kind and pence}

    @property
    def promised(self) -> int:
        """What is set aside and what was paid out of a budget, in pence."""
        return sum(pence for (kind, _), pence in self.balances.items() if kind in ("COMMITMENT", "PAID", "LOST"))

    def shares(self, amount: int, kind: str, order: Order) -> Shares:
        """Split `amount` pence over the pots that may be spent on this, by what accounts of this kind hold.

        Raises NotEnough.
        """
        return in_order(amount, self.of(kind), order)

    def shares_of_request(self, amount: int, kind: str, order: Order, *, last_first: bool = False) -> Shares:
        """The same, by what the request itself has there, whatever it may be spent on now: it was set aside then."""
        theirs = {pot: pence for (account, pot), pence in self.of_request.items() if account == kind and pence}
        return fill(amount, theirs, order, last_first=last_first)


def lock(*, budget: Budget | None = None, spend: SpendRequest | None = None, fund: Fund | None = None) -> Holdings:
    """Lock every account of a budget, and of the fund's pots where they are drawn on: once, in order of their ids.

    They stay locked until the transaction ends.
    """
    with connection.cursor() as cursor:
        asked = [one.pk if one else None for one in (budget, spend, fund)]
        cursor.execute("select kind, pot_id, balance, of_request from budgets_lock(%s, %s, %s)", asked)
        rows = cursor.fetchall()
    return Holdings(
        balances={(kind, pot): balance for kind, pot, balance, _ in rows},
        of_request={(kind, pot): pence for kind, pot, _, pence in rows},
    )


def unlocked(budget: Budget) -> Holdings:
    """What a budget and its fund hold just now, without a lock: to be shown."""
    own = Q(budget=budget.pk, kind="BUDGET") if budget.pk else Q()
    own |= Q(pot__fund=budget.fund_id, kind="POT")
    rows = Account.objects.filter(own).values_list("kind", "pot", "balance")
    return Holdings(balances={(kind, pot): balance for kind, pot, balance in rows}, of_request={})


def post(
    command: Command, moves: list[Move], *, budget: Budget | None = None, spend: SpendRequest | None = None,
    dated: date | None = None,
) -> list[int]:  # fmt: skip
    """Post these moves, in their order, and return their ids. They stand in the accounts of `dated`, or of today.

    The database puts its own clock and the acting user in place of the command's; the service's stand.
    """
    for move in moves:
        must_be_something(sum(move.shares.values()))
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


def reverse(command: Command, undone: Transaction) -> Transaction:
    """Put a transaction right: a new one that names it goes the other way. Someone else than its maker does it."""
    with refused(), connection.cursor() as cursor:
        cursor.execute("select budgets_reverse(%s, %s, %s, %s, null, %s)", [*command.in_ledger(), undone.pk])
        return Transaction.objects.get(pk=cursor.fetchone()[0])


def in_order(amount: int, balances: Mapping[int, int], order: Order) -> Shares:
    """Split pence over the pots that may be spent on this, in their order. Raises NotEnough, and says what is not."""
    may = order.spendable(balances)
    if amount > sum(may.values()) and (others := [pot for pot, pence in balances.items() if pot not in may and pence]):
        said = "; ".join(
            f"{pounds(balances[pot])} of {order.pots[pot].called} {order.refused[pot]}" for pot in sorted(others)
        )
        raise NotEnough(f"There is only {pounds(sum(may.values()))} for this. More is there, but {said}.")
    return fill(amount, may, order)


def fill(amount: int, balances: Mapping[int, int], order: Order, *, last_first: bool = False) -> Shares:
    """Take what each group of pots has, one group after the other; those of the last that is needed share.

    Money that is given back goes to the last first. Raises NotEnough.
    """
    must_be_something(amount)
    total = sum(balances.values())
    if amount > total:
        raise NotEnough(f"There is only {pounds(total)} left, so {pounds(amount)} is too much.")
    if amount == total:
        return {pot: pence for pot, pence in balances.items() if pence}
    shares: Shares = {}
    for group in order.groups(balances, last_first=last_first):
        theirs = {pot: balances[pot] for pot in group}
        part = min(amount - sum(shares.values()), sum(theirs.values()))
        shares |= fair_shares(part, theirs, lambda: order.borne)
    return shares


def fair_shares(amount: int, balances: Mapping[int, int], borne: Callable[[], Mapping[int, int]] = dict) -> Shares:
    """Split pence over pots in proportion to what each has, exactly: by the largest remainder.

    Where remainders are equal, the odd penny goes to whoever has `borne` least so far. Together they have enough.
    """
    total = sum(balances.values())
    if not amount:
        return {}
    shares = {pot: amount * there // total for pot, there in balances.items()}
    remainders = {pot: amount * there % total for pot, there in balances.items()}
    missing = amount - sum(shares.values())
    so_far = borne() if missing and len(set(remainders.values())) < len(remainders) else {}
    for pot in sorted(balances, key=lambda pot: (-remainders[pot], so_far.get(pot, 0), pot))[:missing]:
        shares[pot] += 1
    return {pot: share for pot, share in shares.items() if share}


def must_be_something(amount: int) -> None:
    if amount <= 0:
        raise Nothing("Enter an amount that is more than zero.")

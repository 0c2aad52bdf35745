"""Moves money. Each public function makes one balanced transaction, once for its key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Sum

from budgets.models import Account, Budget, Entry, Pot, SpendRequest, Transaction
from common.errors import RuleBroken
from common.money import pounds
from people.models import User

Kind = Transaction.Kind
Legs = dict[int, int]  # account id → pence


class NotEnough(RuleBroken):
    pass


class KeyReused(RuleBroken):
    pass


class Nothing(RuleBroken):
    pass


def contribute(*, pot: Pot, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """A funder puts `amount` pence into its pot."""
    _must_be_something(amount)
    legs = {Account.objects.opened("WORLD", None).pk: -amount, Account.objects.opened("POT", pot).pk: amount}
    return _post(Kind.CONTRIBUTE, legs, by=by, now=now, key=key)


def allocate(*, budget: Budget, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """Give a budget `amount` pence from its fund, each funder in proportion to what its pot has."""
    pots = {pot.pk: Account.objects.opened("POT", pot) for pot in budget.fund.pots.order_by("pk")}
    into = {pot_id: Account.objects.opened("BUDGET", account.pot, budget) for pot_id, account in pots.items()}
    return _move(Kind.ALLOCATE, pots, into, amount, by=by, now=now, key=key, budget=budget)


def commit(*, spend: SpendRequest, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """Set `amount` pence of a budget aside for an approved request."""
    return _within(Kind.COMMIT, "BUDGET", "COMMITMENT", spend, amount, by=by, now=now, key=key)


def pay(*, spend: SpendRequest, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """Pay out `amount` pence of what was set aside."""
    return _within(Kind.PAY, "COMMITMENT", "PAID", spend, amount, by=by, now=now, key=key)


def release(*, spend: SpendRequest, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """Let `amount` pence that was set aside go back to the budget."""
    return _within(Kind.RELEASE, "COMMITMENT", "BUDGET", spend, amount, by=by, now=now, key=key)


def refund(*, spend: SpendRequest, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """A payee sends `amount` pence back; it returns to the budget."""
    return _within(Kind.REFUND, "PAID", "BUDGET", spend, amount, by=by, now=now, key=key)


def give_back(*, budget: Budget, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """A budget returns `amount` pence to the funders' pots it came from."""
    source = _accounts_of(budget, "BUDGET")
    into = {pot_id: Account.objects.opened("POT", account.pot) for pot_id, account in source.items()}
    return _move(Kind.RETURN, source, into, amount, by=by, now=now, key=key, budget=budget)


def fair_shares(amount: int, balances: Mapping[int, int]) -> dict[int, int]:
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


# --- Inside ------------------------------------------------------------------------------------


def _must_be_something(amount: int) -> None:
    if amount <= 0:
        raise Nothing("Enter an amount that is more than zero.")


def _within(
    kind: Kind, source: str, target: str, spend: SpendRequest, amount: int, *, by: User, now: datetime, key: str
) -> Transaction:
    """Move money of one request between kinds of account of its budget.

    A commitment's funders are the ones its own COMMIT drew on, so that a payment is exact by funder.
    """
    budget = spend.budget
    sources = _accounts_of(budget, source)
    targets = {pot_id: Account.objects.opened(target, account.pot, budget) for pot_id, account in sources.items()}
    return _move(kind, sources, targets, amount, by=by, now=now, key=key, budget=budget, spend=spend)


def _move(
    kind: Kind,
    sources: dict[int, Account],
    targets: dict[int, Account],
    amount: int,
    *,
    by: User,
    now: datetime,
    key: str,
    budget: Budget,
    spend: SpendRequest | None = None,
) -> Transaction:
    """Lock, then read, then split, then write: no balance is believed before its row is locked."""
    _must_be_something(amount)
    with transaction.atomic():
        asked = _hash(kind, amount, budget.pk, spend.pk if spend else None)
        if done := _done_before(key, asked, kind, budget, spend):
            return done
        locked = Account.objects.locked([a.pk for a in (*sources.values(), *targets.values())])
        balances = {pot_id: locked[account.pk].balance for pot_id, account in sources.items()}
        if spend is not None and kind in (Kind.PAY, Kind.RELEASE, Kind.REFUND):
            balances = _balances_for(spend, sources)
        legs: Legs = {}
        for pot_id, share in fair_shares(amount, balances).items():
            legs[sources[pot_id].pk] = -share
            legs[targets[pot_id].pk] = share
        return _write(kind, legs, asked, by=by, now=now, key=key, budget=budget, spend=spend)


def _balances_for(spend: SpendRequest, sources: dict[int, Account]) -> dict[int, int]:
    """What this one request has in each funder's account, in pence: the sum of its own entries."""
    own = Entry.objects.filter(transaction__spend=spend, account__in=sources.values())
    return dict(own.values("account__pot").annotate(balance=Sum("amount")).values_list("account__pot", "balance"))


def _post(kind: Kind, legs: Legs, *, by: User, now: datetime, key: str) -> Transaction:
    with transaction.atomic():
        asked = _hash(kind, *sorted(legs.items()))
        if done := _done_before(key, asked, kind):
            return done
        return _write(kind, legs, asked, by=by, now=now, key=key)


def _write(
    kind: Kind,
    legs: Legs,
    asked: str,
    *,
    by: User,
    now: datetime,
    key: str,
    budget: Budget | None = None,
    spend: SpendRequest | None = None,
) -> Transaction:
    """Post it. The database puts its own clock and the acting user in place of `now` and `by`; the service's stand."""
    about = [budget.pk if budget else None, spend.pk if spend else None]
    said = [kind, key, asked, now, by.pk, *about, list(legs), list(legs.values())]
    with connection.cursor() as cursor:
        cursor.execute("select budgets_post(%s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::bigint[])", said)
        return Transaction.objects.get(pk=cursor.fetchone()[0])


def _done_before(
    key: str, asked: str, kind: Kind, budget: Budget | None = None, spend: SpendRequest | None = None
) -> Transaction | None:
    """The transaction this key already made. The same key for something else is refused."""
    with connection.cursor() as cursor:  # two with one key wait for each other here
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    done = Transaction.objects.filter(key=key).first()
    if done and (done.asked, done.kind, done.budget, done.spend) != (asked, kind, budget, spend):
        raise KeyReused("This was already used for something else. Go back, load the page again and start afresh.")
    return done


def _hash(*what: object) -> str:
    return hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()


def _accounts_of(budget: Budget, kind: str) -> dict[int, Account]:
    accounts = Account.objects.filter(budget=budget, kind=kind).select_related("pot")
    return {account.pot_id: account for account in accounts if account.pot_id}

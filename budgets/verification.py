"""Recompute the ledger from its entries and name every difference."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from budgets import totals
from budgets.models import Account, Commitment, Entry, PotTotal, Transaction
from common.money import pounds


def differences() -> list[str]:
    """Return a sentence for each thing that does not balance; an empty list is good."""
    return [*_balances(), *_pots(), *_transactions(), *_whole(), *_commitments()]


def _balances() -> Iterator[str]:
    accounts = Account.objects.annotate(summed=Coalesce(Sum("entries__amount"), 0)).exclude(balance=F("summed"))
    for account in accounts:
        yield f"Account {account.pk} says {pounds(account.balance)}; its entries say {pounds(account.summed)}."


def _pots() -> Iterator[str]:
    """What the night added up for the pages of funds is what the entries until then say."""
    added_up = list(PotTotal.objects.order_by("pk"))
    until = Entry.objects.filter(pk__lte=added_up[0].last_entry if added_up else 0)
    summed = totals.by_pot(until)
    for total in added_up:
        if (found := summed.pop((total.pot_id, total.kind), 0)) != total.balance:
            yield f"Pot {total.pot_id} has {pounds(total.balance)} of {total.kind}; its entries say {pounds(found)}."
    yield from (f"Pot {pot} has no sum of {kind}: {pounds(pence)}." for (pot, kind), pence in summed.items() if pence)


def _transactions() -> Iterator[str]:
    for made in Transaction.objects.annotate(out=Coalesce(Sum("entries__amount"), 0)).exclude(out=0):
        yield f"Transaction {made.pk} is out by {pounds(made.out)}."
    for empty in Transaction.objects.filter(entries=None):
        yield f"Transaction {empty.pk} has no entries."


def _whole() -> Iterator[str]:
    total = Entry.objects.aggregate(total=Coalesce(Sum("amount"), 0))["total"]
    if total:
        yield f"All entries together are out by {pounds(total)}."


def _commitments() -> Iterator[str]:
    """What is set aside in the ledger is what open commitments still hold, request by request."""
    set_aside = dict(
        Entry.objects.filter(account__kind="COMMITMENT")
        .values("transaction__spend")
        .annotate(set_aside=Sum("amount"))
        .values_list("transaction__spend", "set_aside")
    )
    for commitment in Commitment.objects.with_paid():
        expected = 0 if commitment.closed_at else commitment.amount - commitment.paid
        if (found := set_aside.pop(commitment.spend_id, 0)) != expected:
            yield f"Request {commitment.spend_id} should hold {pounds(expected)}; the ledger holds {pounds(found)}."
    yield from (f"Request {pk} holds {pounds(pence)} with no commitment." for pk, pence in set_aside.items() if pence)

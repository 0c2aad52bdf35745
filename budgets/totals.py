"""What the funders' pots hold: what the night added up, and what was posted since."""

from __future__ import annotations

from collections import Counter

from django.db import connection
from django.db.models import QuerySet, Sum

from budgets.models import Entry, PotTotal
from common.postgres.actor import as_service

Balances = Counter[tuple[int, str]]  # pence, by a pot's id and a kind of account


@as_service()
def add_up() -> None:
    """Add up every account, for `balances` to begin from."""
    with connection.cursor() as cursor:
        cursor.execute("select budgets_add_up()")


def balances() -> Balances:
    """What the accounts of every pot hold now. It costs what was posted since the night, and not what ever was."""
    added_up = list(PotTotal.objects.order_by("pk"))  # all of one night
    sums = Balances({(total.pot_id, total.kind): total.balance for total in added_up})
    sums.update(by_pot(Entry.objects.filter(pk__gt=added_up[0].last_entry if added_up else 0)))
    return sums


def by_pot(entries: QuerySet[Entry]) -> Balances:
    """These entries, added up. What left the outside world is left out."""
    within = entries.exclude(account__kind="WORLD").values_list("account__pot", "account__kind")
    return Balances({(pot, kind): pence for pot, kind, pence in within.annotate(Sum("amount"))})

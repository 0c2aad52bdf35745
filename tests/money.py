"""Money for tests: a funder puts some in, by two people."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from budgets import corrections, pots
from budgets.commands import new_key
from budgets.models import Pot, Transaction
from people.models import User
from tests.conftest import NOW


def put_in(
    fund: Any, funder: Any, amount: int, *, by: Any, now: Any = NOW, on: Any = None, **terms: Any
) -> Transaction:
    """The service enters it and `by` agrees. It is the funder's own pot, or a new one on these `terms`."""
    service = User.objects.service()
    pot = Pot.objects.filter(fund=fund, funder=funder).first() if not terms else None
    if pot is None:
        said = {"called": funder.name, "pledged": amount, **terms}
        pot = pots.open_pot(fund=fund, funder=funder, by=service, now=now, key=new_key(), **said)
    asked = corrections.ask_contribution(
        pot=pot, amount=amount, happened_on=timezone.localdate(now), reference=new_key(), by=service, now=now,
        key=new_key(),
    )  # fmt: skip
    done = corrections.agree(correction=asked, by=by, now=now, key=new_key())
    assert done.posted
    return done.posted

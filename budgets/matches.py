"""Which services could give what was approved: the best few by need, place and sum."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from budgets.models import NEEDS_OF, Commitment
from people.models import Outcode
from people.record.characteristics import only_taken_with
from providers.models import Charge, Service
from providers.search import Sought, find

BEST = 3


def best(commitment: Commitment, today: date) -> list[Service]:
    """At most three, the best first: they take the person, cost no more than is left, and meet the goal's need.

    Where the goal has none, it is the one that the purpose serves most.
    """
    spend = commitment.spend
    person = spend.person
    need = spend.goal.need or NEEDS_OF[spend.purpose][0]
    sought = Sought(
        today=today, need=need, age=person.age_on(today), takes=only_taken_with(person),
        outcode=Outcode.objects.filter(code=person.outcode).first() if person.outcode else None,
    )  # fmt: skip
    within = ~Q(charge=Charge.PRICED) | Q(price__lte=commitment.remaining)
    return list(find(sought).filter(within)[:BEST])

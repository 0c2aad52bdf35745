"""Which services could give what was approved: the best few by need, place and sum."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from budgets.models import Commitment
from people.models import Outcode
from people.record.characteristics import only_taken_with
from providers.models import Charge, Service
from providers.search import Sought, find

BEST = 3


def best(commitment: Commitment, today: date) -> list[Service]:
    """At most three, the best first: they meet the goal's need, take the person, and cost no more than is left."""
    spend = commitment.spend
    person = spend.person
    if not spend.goal.need:
        return []
    sought = Sought(
        today=today, need=spend.goal.need, age=person.age_on(today), takes=only_taken_with(person),
        outcode=Outcode.objects.filter(code=person.outcode).first() if person.outcode else None,
    )  # fmt: skip
    within = ~Q(charge=Charge.PRICED) | Q(price__lte=commitment.remaining)
    return list(find(sought).filter(within)[:BEST])

"""Which services could give what someone needs: the best few by need, place and sum."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from budgets.models import NEEDS_OF, Commitment
from lifeplans.models import Goal
from people.models import Outcode, Participant
from people.record.characteristics import only_taken_with
from providers.models import Charge, Service
from providers.models.services import ServiceQuerySet
from providers.search import Sought, find

BEST = 3
OFFERED = 20  # to choose from, while asking


def best(commitment: Commitment, today: date) -> list[Service]:
    """At most three, the best first: they take the person, cost no more than is left, and meet the goal's need.

    Where the goal has none, it is the one that the purpose serves most. What they chose themselves comes first of all.
    """
    spend = commitment.spend
    fits = _near(spend.person, spend.goal.need or NEEDS_OF[spend.purpose][0], today)
    within = ~Q(charge=Charge.PRICED) | Q(price__lte=commitment.remaining)
    if spend.service_id is None:
        return list(fits.filter(within)[:BEST])
    chosen = _near(spend.person, "", today).filter(pk=spend.service_id)
    return [*chosen, *fits.filter(within).exclude(pk=spend.service_id)][:BEST]


def to_choose_from(person: Participant, goal: Goal | None, today: date) -> list[Service]:
    """What someone who asks may choose from: for the goal's need, where one is known."""
    return list(_near(person, goal.need if goal else "", today)[:OFFERED])


def _near(person: Participant, need: str, today: date) -> ServiceQuerySet:
    sought = Sought(
        today=today, need=need, age=person.age_on(today), takes=only_taken_with(person),
        outcode=Outcode.objects.filter(code=person.outcode).first() if person.outcode else None,
    )  # fmt: skip
    return find(sought)

"""Nobody's people: those whose case nobody leads. The managers of their area see them, until someone does.

A manager of the area holds that role today in a probation team of the person's delivery unit. What they may see follows
from who leads and who manages, so it is worked out again whenever one of these changes, and each night.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people.models import (
    AccessGrant,
    Assignment,
    DeliveryUnit,
    Level,
    Membership,
    Participant,
    RiskBand,
    Role,
    Team,
    User,
)
from people.models.participants import ParticipantQuerySet

AREA = AccessGrant.Why.AREA


def unallocated(today: date) -> ParticipantQuerySet:
    """People who are with us and whose case nobody leads."""
    led = Assignment.objects.current(today).filter(participant=OuterRef("pk"))
    return Participant.objects.filter(~Exists(led), merged_into=None).current(today)


def shown_to(user: User, today: date) -> ParticipantQuerySet:
    """Nobody's people whom this user sees as a manager of their area: highest risk first, then who waits longest."""
    theirs = AccessGrant.objects.current().filter(user=user, why=AREA).values("participant")
    people = unallocated(today).visible_to(user).filter(pk__in=theirs)
    by_risk = Case(*(When(risk_band=band, then=place) for place, band in enumerate(reversed(RiskBand))))
    return people.order_by(by_risk, "joined_on", "family_name", "given_name", "pk")


def managers_by_area(today: date) -> dict[int, set[int]]:
    """Ids of those who manage a probation team of each delivery unit and can sign in."""
    found = defaultdict(set)
    managing = Membership.objects.current(today).filter(
        role=Role.MANAGER, user__is_active=True, team__kind=Team.Kind.PROBATION, team__delivery_unit__isnull=False
    )
    for unit, user in managing.values_list("team__delivery_unit", "user"):
        found[unit].add(user)
    return found


@acting_as(SYSTEM)  # who is shown what is written by the service alone
def share_with_managers(*, now: datetime, people: Collection[int] | None = None) -> int:
    """Show nobody's people to the managers of their area, and no longer to whoever is none or once someone leads.

    Of these people, or of everyone. Return how many grants began or ended.
    """
    today = timezone.localdate(now)
    nobodys, grants = unallocated(today), AccessGrant.objects.filter(why=AREA, ends_at=None)
    if people is not None:
        nobodys, grants = nobodys.filter(pk__in=people), grants.filter(participant__in=people)
    managers = managers_by_area(today)
    left = list(nobodys.values_list("pk", "delivery_unit"))
    wanted = {(pk, user) for pk, unit in left for user in managers.get(unit, ())}
    there = {(pk, user): grant for grant, pk, user in grants.values_list("pk", "participant", "user")}
    over = [grant for pair, grant in there.items() if pair not in wanted]
    begun = sorted(wanted - there.keys())
    AccessGrant.objects.filter(pk__in=over).update(ends_at=now)
    AccessGrant.objects.bulk_create(
        [AccessGrant(participant_id=pk, user_id=user, why=AREA, level=Level.FULL, starts_at=now) for pk, user in begun],
        batch_size=2000,
    )
    if people is None or any(unit not in managers for _, unit in left):
        _count_without_manager(unallocated(today), managers)
    return len(over) + len(begun)


def _count_without_manager(people: ParticipantQuerySet, managed: Collection[int]) -> None:
    """Keep how many of these nobody's people are in each area that no one manages: administrators see it."""
    counted = Counter(people.exclude(delivery_unit__in=managed).order_by().values_list("delivery_unit", flat=True))
    for unit in DeliveryUnit.objects.filter(Q(pk__in=counted) | Q(nobodys_people__gt=0)):
        if unit.nobodys_people != counted[unit.pk]:
            unit.nobodys_people = counted[unit.pk]
            unit.save(update_fields=["nobodys_people"])

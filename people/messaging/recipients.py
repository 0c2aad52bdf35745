"""Who may be told of a person: whoever may see them now, else whoever answers for them and may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from people.models import (
    AccessGrant,
    Assignment,
    Exclusion,
    Level,
    Membership,
    Participant,
    Restriction,
    Role,
    User,
)
from people.models.accounts import SEE_WITH_THEIR_TEAM


def may_see(user: User, participant: Participant) -> bool:
    """Whether this account can sign in and sees the person, by name at least."""
    return user.is_active and Participant.objects.filter(pk=participant.pk).visible_to(user, Level.NAME).exists()


def all_seen(pairs: Iterable[tuple[User, Participant]]) -> set[tuple[int, int]]:
    """The pairs of a user and a person, by number, in which the user sees the person.

    Three queries for all whom nobody is kept out of; one more for each user where that does not settle it.
    """
    asked: dict[User, set[int]] = defaultdict(set)
    for user, person in pairs:
        if user.is_active:
            asked[user].add(person.pk)
    seen = _seen_by_grant_alone(asked)
    for user, people in asked.items():
        left = [pk for pk in people if (user.pk, pk) not in seen]
        if left:
            found = Participant.objects.filter(pk__in=left).visible_to(user, Level.NAME)
            seen |= {(user.pk, pk) for pk in found.values_list("pk", flat=True)}
    return seen


def _seen_by_grant_alone(asked: Mapping[User, set[int]]) -> set[tuple[int, int]]:
    """Those of these pairs that an access grant settles, since nothing limits who sees the person."""
    users = {user.pk: people for user, people in asked.items() if user.acts_as is None}
    limits = [model.objects.current().filter(participant=OuterRef("pk")) for model in (Exclusion, Restriction)]
    open_to_all = Participant.objects.filter(pk__in=set().union(*users.values()), merged_into=None)
    open_to_all = open_to_all.exclude(Exists(limits[0])).exclude(Exists(limits[1]))
    teams = Membership.objects.current(timezone.localdate()).filter(user__in=users, role__in=SEE_WITH_THEIR_TEAM)
    who_of = defaultdict(set)
    for user_id, team_id in teams.filter(team__isnull=False).values_list("user", "team"):
        who_of[team_id].add(user_id)
    grants = AccessGrant.objects.current().at_least(Level.NAME).filter(participant__in=open_to_all)
    own = grants.filter(user__in=users).values_list("user", "participant")
    shared = grants.filter(team__in=who_of).values_list("team", "participant")
    found = {*own, *((user_id, pk) for team_id, pk in shared for user_id in who_of[team_id])}
    return {(user_id, pk) for user_id, pk in found if pk in users[user_id]}


def holders(people: Collection[int], *, but: User, now: datetime) -> dict[User, list[Participant]]:
    """Who answers for each of these people and may see them, with whom. Ask it as the service."""
    today, found = timezone.localdate(now), defaultdict[User, list[Participant]](list)
    led = Assignment.objects.current(today).filter(participant__in=people, practitioner__is_active=True)
    rows = led.exclude(practitioner=but).select_related("practitioner", "participant")
    seen = all_seen((row.practitioner, row.participant) for row in rows)
    told = {row.participant_id for row in rows if (row.practitioner_id, row.participant_id) in seen}
    for row in rows:
        if row.participant_id in told:
            found[row.practitioner].append(row.participant)
    for person in Participant.objects.filter(pk__in=[pk for pk in people if pk not in told]).order_by("pk"):  # seldom
        for user in instead_of(but, person, now=now):
            found[user].append(person)
    return found


def instead_of(user: User, participant: Participant, *, now: datetime) -> list[User]:
    """Who is told where this user may not see the person: whoever leads the case, else the managers of its teams, or of
    the area where nobody leads it.

    Ask it as the service. Nobody, where none of them may see the person either.
    """
    today = timezone.localdate(now)
    led = Assignment.objects.current(today).filter(participant=participant).exclude(practitioner=user)
    lead = [each.practitioner for each in led.select_related("practitioner")]
    teams = participant.access_grants.current().filter(team__isnull=False).values("team")
    managing = Membership.objects.current(today).filter(role=Role.MANAGER, team__in=teams).exclude(user=user)
    area = participant.access_grants.current().filter(why=AccessGrant.Why.AREA).exclude(user=user).values("user")
    either = Q(pk__in=managing.values("user")) | Q(pk__in=area)
    managers = User.objects.filter(either, is_active=True).order_by("pk")
    return [each for each in lead if may_see(each, participant)] or [
        each for each in managers if may_see(each, participant)
    ]

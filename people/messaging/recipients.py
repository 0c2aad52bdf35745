"""Who may be told of a person: whoever may see them now, else whoever answers for them and may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils import timezone

from people.models import Assignment, Level, Membership, Participant, Role, User


def may_see(user: User, participant: Participant) -> bool:
    """Whether this account can sign in and sees the person, by name at least."""
    return user.is_active and Participant.objects.filter(pk=participant.pk).visible_to(user, Level.NAME).exists()


def all_seen(pairs: Iterable[tuple[User, Participant]]) -> set[tuple[int, int]]:
    """The pairs of a user and a person, by number, in which the user sees the person: one query a user."""
    asked: dict[User, set[int]] = {}
    for user, person in pairs:
        asked.setdefault(user, set()).add(person.pk)
    return {
        (user.pk, pk)
        for user, people in asked.items()
        if user.is_active
        for pk in Participant.objects.filter(pk__in=people).visible_to(user, Level.NAME).values_list("pk", flat=True)
    }


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
    """Who is told where this user may not see the person: whoever leads the case, else the managers of its teams.

    Ask it as the service. Nobody, where none of them may see the person either.
    """
    today = timezone.localdate(now)
    led = Assignment.objects.current(today).filter(participant=participant).exclude(practitioner=user)
    lead = [each.practitioner for each in led.select_related("practitioner")]
    teams = participant.access_grants.current().filter(team__isnull=False).values("team")
    managing = Membership.objects.current(today).filter(role=Role.MANAGER, team__in=teams).exclude(user=user)
    managers = User.objects.filter(pk__in=managing.values("user"), is_active=True).order_by("pk")
    return [each for each in lead if may_see(each, participant)] or [
        each for each in managers if may_see(each, participant)
    ]

"""Exclusions and restrictions limit access to a record. Emergency access opens one for two hours.

An exclusion refuses one user. A restriction refuses everyone who is not on its list. Both are dated, have a reason, and
have a message for those they refuse. Access grants stay as they are, and count again when the limit ends.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.messaging import message_queue
from people.models import (
    AccessGrant,
    Allowed,
    Assignment,
    Exclusion,
    Level,
    Membership,
    Participant,
    Restriction,
    Role,
    User,
)

EMERGENCY = timedelta(hours=2)
TRIES = 10  # emergency openings that one user may try in an hour
NOT_LIKE_THIS = (
    "There is no record with this CRN that you can open like this. Check it; if it is right, ring the team that works "
    "with the person."
)


class NotOneself(RuleBroken):
    pass


class NotOpened(RuleBroken):
    """The record of `person` stays closed."""

    def __init__(self, sentence: str, person: Participant) -> None:
        super().__init__(sentence)
        self.person = person


class SeenAlready(NotOpened):
    pass


class Excluded(NotOpened):
    pass


class TooManyTries(RuleBroken):
    pass


def count_try(by: User) -> None:
    """Count one try at emergency access. Refuse the user after TRIES within an hour."""
    key = f"emergency:{by.pk}"
    cache.add(key, 0, 3600)
    try:
        tries = cache.incr(key)
    except ValueError:  # the hour ended in between
        return
    if tries > TRIES:
        raise TooManyTries(f"You have tried {TRIES} times within an hour. Wait an hour, or ring the team.")


def told_to(user: User, ref: UUID) -> str:
    """Return the message for a user with a grant whom a limit refuses; "" without a grant or a limit."""
    with acting_as(SYSTEM):
        person = Participant.objects.filter(ref=ref).first()
        if person is None or not AccessGrant.objects.current().of(user).filter(participant=person).exists():
            return ""
        limit = _limit(person, user)
        return limit.message if limit else ""


def _limit(person: Participant, user: User) -> Exclusion | Restriction | None:
    exclusion = Exclusion.objects.current().filter(participant=person, user=user).first()
    return exclusion or Restriction.objects.current().against(user).filter(participant=person).first()


@transaction.atomic
@acting_as(SYSTEM)
def exclude(*, participant: Participant, user: User, reason: str, message: str, by: User, now: datetime) -> Exclusion:
    """Refuse this user access to this record from now on, whatever grants they have."""
    if user.pk == by.pk:
        raise NotOneself("You cannot keep yourself out. Ask another manager to do it.")
    limit = Exclusion(participant=participant, user=user, reason=reason, message=message, set_by=by, starts_at=now)
    return save_or_refuse(limit, by=by)


@transaction.atomic
@acting_as(SYSTEM)
def restrict(
    *, participant: Participant, users: Collection[User], reason: str, message: str, by: User, now: datetime
) -> Restriction:
    """Let only these users see this record from now on. `by` is one of them, or nobody could change the list."""
    limit = save_or_refuse(
        Restriction(participant=participant, reason=reason, message=message, set_by=by, starts_at=now), by=by
    )
    _write_list(limit, [*users, by], by=by)
    return limit


@transaction.atomic
@acting_as(SYSTEM)
def change_list(*, restriction: Restriction, users: Collection[User], by: User) -> None:
    """Replace the list of a restriction."""
    _write_list(restriction, [*users, by], by=by)


def _write_list(restriction: Restriction, users: Collection[User], *, by: User) -> None:
    wanted = {user.pk: user for user in users}
    on_list = {row.user_id: row for row in Allowed.objects.filter(restriction=restriction)}
    for pk in on_list.keys() - wanted.keys():
        on_list[pk].delete()
    for pk in wanted.keys() - on_list.keys():
        save_or_refuse(Allowed(restriction=restriction, user=wanted[pk]), by=by)


@transaction.atomic
@acting_as(SYSTEM)
def lift(*, limit: Exclusion | Restriction, by: User, now: datetime) -> None:
    """End an exclusion or a restriction. Access grants count again."""
    limit.ends_at = now
    save_or_refuse(limit, "ends_at", by=by)


@transaction.atomic
@acting_as(SYSTEM)
def open_in_emergency(*, crn: str, reason: str, by: User, now: datetime) -> Participant:
    """Give a practitioner outside the team access to one record for two hours, and tell the lead at once."""
    person = Participant.objects.filter(crn=crn).select_related("merged_into").first()
    person = person and (person.merged_into or person)
    if person is None:
        raise RuleBroken(NOT_LIKE_THIS)
    if _limit(person, by):
        raise Excluded(NOT_LIKE_THIS, person)
    if Participant.objects.visible_to(by).filter(pk=person.pk).exists():
        raise SeenAlready("You can see this record already. Find it in your list of people.", person)
    AccessGrant.objects.create(
        participant=person, user=by, level=Level.FULL, why=AccessGrant.Why.BREAK_GLASS, reason=reason, starts_at=now,
        ends_at=now + EMERGENCY,
    )  # fmt: skip
    for owner in _owners(person, timezone.localdate(now)):
        _tell(owner, person, reason, by, now)
    return person


def _owners(person: Participant, today: date) -> list[User]:
    """Return the lead; without one, the managers of the teams with access."""
    leads = Assignment.objects.current(today).filter(participant=person).select_related("practitioner")
    if found := [lead.practitioner for lead in leads]:
        return found
    teams = AccessGrant.objects.current().filter(participant=person, team__isnull=False).values("team")
    managers = Membership.objects.current(today).filter(role=Role.MANAGER, team__in=teams).select_related("user")
    return [manager.user for manager in managers]


def _tell(owner: User, person: Participant, reason: str, by: User, now: datetime) -> None:
    where = settings.BASE_URL + reverse("people:person-access", args=[person.ref])
    message_queue.tell_user(
        user=owner, participant=person, now=now, key=f"emergency:{person.pk}:{by.pk}:{now.isoformat()}:{owner.pk}",
        subject=f"{person.crn} was opened in an emergency",
        body=f"{by.name} opened the record {person.crn} for two hours. Reason: {reason}\n\nWho has access: {where}",
    )  # fmt: skip

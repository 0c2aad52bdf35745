"""Exclusions and restrictions limit access to a record.

An exclusion refuses one user. A restriction refuses everyone who is not on its list. Both are dated, have a reason, and
have a message for those they refuse. Access grants stay as they are, and count again when the limit ends.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from people.messaging import message_queue
from people.models import AccessGrant, Allowed, Assignment, Exclusion, Participant, Restriction, User


class NotOneself(RuleBroken):
    pass


class NotTheLead(RuleBroken):
    pass


def told_to(user: User, ref: UUID) -> str:
    """Return the message for a user with a grant whom a limit refuses; "" without a grant or a limit."""
    with acting_as(SYSTEM):
        person = Participant.objects.filter(ref=ref).first()
        if person is None or not AccessGrant.objects.current().of(user).filter(participant=person).exists():
            return ""
        limit = limit_against(user, person)
        return limit.message if limit else ""


@as_service()
def excluded_from(user: User) -> list[int]:
    """The records that this user is kept out of, by number. Who has a duty to everyone asks before each page."""
    return list(Exclusion.objects.current().filter(user=user).values_list("participant", flat=True))


def refuse_excluded(user: User, *people: int) -> None:
    """Refuse (403) a page about any of these, in the words for whoever is kept out."""
    limit = Exclusion.objects.current().filter(user=user, participant__in=people).first()
    if limit is not None:
        raise PermissionDenied(limit.message)


def limit_against(user: User, person: Participant) -> Exclusion | Restriction | None:
    """The exclusion or restriction that keeps this user out of this record."""
    exclusion = Exclusion.objects.current().filter(participant=person, user=user).first()
    return exclusion or Restriction.objects.current().against(user).filter(participant=person).first()


@transaction.atomic
@acting_as(SYSTEM)
def exclude(*, participant: Participant, user: User, reason: str, message: str, by: User, now: datetime) -> Exclusion:
    """Refuse this user access to this record from now on, whatever grants they have."""
    if user.pk == by.pk:
        raise NotOneself("You cannot keep yourself out. Ask another manager to do it.")
    if user.pk in leads_to_keep(participant, by=by, now=now):
        raise NotTheLead(f"{user.name} leads the case. Only their own manager keeps them out, or ends their lead.")
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
    leads = leads_to_keep(participant, by=by, now=now)
    _write_list(limit, [*users, by, *leads.values()], by=by)
    for lead in leads.values():
        message_queue.tell_user(
            user=lead, participant=participant, subject="A list of who may see a record", now=now,
            key=f"restriction:{limit.pk}:{lead.pk}",
            body=f"{by.name} limited who may see {participant.crn}. You are on the list. Ask them why.",
        )  # fmt: skip
    return limit


def leads_to_keep(participant: Participant, *, by: User, now: datetime) -> dict[int, User]:
    """Whoever leads the case, by id, where `by` is neither that nor their manager: nobody else takes it from them."""
    leads = User.objects.filter(
        pk__in=Assignment.objects.current(timezone.localdate(now))
        .filter(participant=participant)
        .values("practitioner")
    )
    teams = AccessGrant.objects.current().filter(participant=participant, why=AccessGrant.Why.TEAM).values("team")
    if by.is_service or teams.filter(team__in=by.managed_teams).exists():
        return {}
    return {lead.pk: lead for lead in leads if lead.pk != by.pk}


@transaction.atomic
@acting_as(SYSTEM)
def change_list(*, restriction: Restriction, users: Collection[User], by: User, now: datetime) -> None:
    """Replace the list of a restriction."""
    leads = leads_to_keep(restriction.participant, by=by, now=now)
    _write_list(restriction, [*users, by, *leads.values()], by=by)


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

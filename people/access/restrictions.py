"""Exclusions and restrictions limit access to a record.

An exclusion refuses one user. A restriction refuses everyone who is not on its list. Both are dated, have a reason, and
have a message for those they refuse. Access grants stay as they are, and count again when the limit ends.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import AccessGrant, Allowed, Exclusion, Participant, Restriction, User


class NotOneself(RuleBroken):
    pass


def told_to(user: User, ref: UUID) -> str:
    """Return the message for a user with a grant whom a limit refuses; "" without a grant or a limit."""
    with acting_as(SYSTEM):
        person = Participant.objects.filter(ref=ref).first()
        if person is None or not AccessGrant.objects.current().of(user).filter(participant=person).exists():
            return ""
        limit = limit_against(user, person)
        return limit.message if limit else ""


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

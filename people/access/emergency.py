"""Emergency access: a practitioner outside the team reads one record for two hours, and those who answer for it see it.

Whoever leads the case is told at once, and has it on their home list until they mark it seen. Where nobody leads the
case, that falls to the managers of the person's area, who may not see the person yet: they get no name and no CRN.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.postgres.compiled import compiled_once
from common.saving import save_or_refuse
from people.access import restrictions
from people.access.abilities import Can, can
from people.access.whom import is_one_of
from people.messaging import message_queue
from people.models import AccessGrant, Assignment, DeliveryUnit, Level, Membership, Participant, Role, User
from people.models.access_grants import AccessGrantQuerySet

LASTS = timedelta(hours=2)
TRIES = 10  # openings that one user may try in an hour
NOT_LIKE_THIS = (
    "There is no record with this CRN that you can open like this. Check it; if it is right, ring the team that works "
    "with the person."
)


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


class MarkedSeen(RuleBroken):
    pass


@dataclass(frozen=True)
class Opened:
    """What was opened, and who was told: the lead, or else the area's managers."""

    person: Participant
    lead: User | None
    managers: list[User]

    @property
    def said(self) -> str:
        until = "You can read this record for two hours."
        if self.lead:
            return f"{until} {self.lead.name} leads the case and has been told."
        if self.managers:
            return f"{until} Nobody leads the case, so the managers in {self.person.delivery_unit} have been told."
        return (
            f"{until} Nobody leads the case and {self.person.delivery_unit} has no manager, so nobody has been told. "
            "The data-protection officer sees it in the access log."
        )


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


@transaction.atomic
@acting_as(SYSTEM)
def open_in_emergency(*, crn: str, reason: str, by: User, now: datetime) -> Opened:
    """Let a practitioner read this record for two hours, and tell who answers for it at once."""
    person = Participant.objects.filter(crn=crn).select_related("merged_into").first()
    person = person and (person.merged_into or person)
    if person is None:
        raise RuleBroken(NOT_LIKE_THIS)
    if restrictions.limit_against(by, person):
        raise Excluded(NOT_LIKE_THIS, person)
    if Participant.objects.visible_to(by).filter(pk=person.pk).exists():
        raise SeenAlready("You can see this record already. Find it in your list of people.", person)
    grant = AccessGrant.objects.create(
        participant=person, user=by, level=Level.FULL, why=AccessGrant.Why.BREAK_GLASS, reason=reason, starts_at=now,
        ends_at=now + LASTS,
    )  # fmt: skip
    today = timezone.localdate(now)
    led = Assignment.objects.current(today).by_who_sees().filter(participant=person).select_related("practitioner")
    lead = next((assignment.practitioner for assignment in led), None)
    opened = Opened(person, lead, [] if lead else _managers(person, today, but=by))
    _tell(grant, opened, now=now)
    return opened


def _managers(person: Participant, today: date, *, but: User) -> list[User]:
    """The managers of the person's area, without whoever opened the record."""
    there = Membership.objects.current(today).filter(role=Role.MANAGER, team__delivery_unit=person.delivery_unit_id)
    return list(User.objects.filter(pk__in=there.values("user"), is_active=True).exclude(pk=but.pk).order_by("pk"))


def _tell(grant: AccessGrant, opened: Opened, *, now: datetime) -> None:
    person, key = opened.person, f"emergency:{grant.pk}"
    if opened.lead:
        where = settings.BASE_URL + reverse("people:person-access", args=[person.ref])
        message_queue.tell_user(
            user=opened.lead, participant=person, now=now, key=f"{key}:{opened.lead.pk}",
            subject=f"{person.crn} was opened in an emergency",
            body=f"{grant.user.name} opened the record {person.crn} for two hours. Reason: {grant.reason}\n\n"  # type: ignore[union-attr]
            f"Who has access: {where}",
        )  # fmt: skip
    for manager in opened.managers:
        message_queue.tell_user(
            user=manager, now=now, key=f"{key}:{manager.pk}", subject="A record was opened in an emergency",
            body=f"A record in {person.delivery_unit} that nobody leads was opened for two hours. Sign in to see by "
            f"whom and why: {settings.BASE_URL}{reverse('people:emergency-list')}",
        )  # fmt: skip


def to_look_at(*, user: User, mine: list[int], today: date) -> AccessGrantQuerySet:
    """Emergency access that this user has not seen yet: to those whom they lead and see (`mine`), or whom nobody leads
    there but the one who opened it.

    Ask it as SYSTEM: a manager of the area may be kept out of the record.
    """
    teams = sorted(user.team_ids) if can(user, Can.SEE_TEAM) else []
    if not _may_be_to_look_at(user=user.pk, mine=mine, teams=teams):  # as on most days
        return AccessGrant.objects.none()
    unseen = _unseen(user.pk)
    leads = Assignment.objects.current(today).filter(practitioner=user, participant__in=mine)
    theirs = Q(participant__in=leads.values("participant"))
    if teams:
        there = _in_area_of(teams)
        led = Assignment.objects.current(today).by_who_sees()
        own = led.filter(participant=OuterRef("participant"), practitioner=OuterRef("user"))  # and now leads it
        theirs |= there & (~Q(participant__in=led.values("participant")) | Q(Exists(own)))
    rows = unseen.filter(theirs).select_related("participant__delivery_unit", "user")
    return rows.order_by("starts_at", "pk")


@compiled_once
def _may_be_to_look_at(*, user: int, mine: list[int], teams: list[int]) -> QuerySet[Any, Any]:
    near = _in_area_of(teams) | is_one_of("participant", mine)
    return _unseen(user).filter(near).values("pk")[:1]


def _unseen(user: int) -> AccessGrantQuerySet:
    return AccessGrant.objects.filter(why=AccessGrant.Why.BREAK_GLASS, marked_seen_at=None).exclude(user=user)


def _in_area_of(teams: list[int]) -> Q:
    return Q(participant__delivery_unit__in=DeliveryUnit.objects.filter(is_one_of("teams", teams)))


@transaction.atomic
@acting_as(SYSTEM)
def mark_seen(*, grant: AccessGrant, by: User, now: datetime) -> AccessGrant:
    """Whoever answers for the case has seen it. Nothing else changes."""
    grant = AccessGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.marked_seen_at:
        raise MarkedSeen("Someone marked this as seen before you.")
    grant.marked_seen_at, grant.marked_seen_by = now, by
    return save_or_refuse(grant, "marked_seen_at", "marked_seen_by", by=by)

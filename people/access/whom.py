"""Whom a home list is about: those whom the user leads, and for some rows all whom they see.

Asked once for a page and handed to each list on it. The ids of a few people are written into the statements, which are
then quickly made and planned. Where someone sees more, each row asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from common.postgres.actor import current
from common.postgres.functions import IsOneOf, Sees
from common.rows import Rows, first
from people.models import AccessGrant, Assignment, Participant, Supervision, User
from people.models.access_grants import DAY, MOMENT, written_once

FEW = 2_000  # grants


@dataclass(frozen=True)
class Whom:
    """Ids. `seen` and `to_transfer` are None where the user sees many."""

    led: list[int]  # or the user works with them in prison
    seen: list[int] | None
    in_emergency: list[int]  # whom emergency access alone shows
    to_transfer: list[int] | None  # whose case the user may hand over (handovers.is_whose)

    def leads(self, path: str) -> Q:
        """Whether the user leads the person whom `path` leads to, from a row."""
        return is_one_of(path, self.led)

    def sees(self, path: str) -> Q:
        """Whether the user sees the person whom `path` leads to, from a row."""
        return Q(Sees(F(path))) if self.seen is None else is_one_of(path, self.seen)

    def may_change(self, path: str) -> Q:
        return self.sees(path) & ~is_one_of(path, self.in_emergency) if self.in_emergency else self.sees(path)

    def may_transfer(self, path: str) -> Q | None:
        return None if self.to_transfer is None else is_one_of(path, self.to_transfer)

    def those_seen(self, ids: set[int], user: User) -> set[int]:
        if self.seen is None and ids:
            return set(Participant.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
        return ids.intersection(self.seen or ())

    def first(self, rows: Rows, most: int) -> Rows:
        """The first rows; where they are of many people, in two steps."""
        return first(rows, most) if self.seen is None else rows[:most]


def whom(user: User, today: date) -> Whom:
    found: list[tuple[int, str, int | None, bool, bool]] = []
    if user.is_active:
        with connection.cursor() as cursor:
            cursor.execute(*written_once(_asked, user, FEW + 1, today=today))
            found = cursor.fetchall()
    if len(found) > FEW:
        assert current().partition("/")[0] == str(user.pk), "of whoever sees many, the rows ask who acts"
        grants = AccessGrant.objects.seen_by(user)
        opened = list(grants.emergency().values_list("participant", flat=True))
        also = grants.to_change().filter(participant__in=opened).values_list("participant", flat=True)
        only = set(opened).difference(also) if opened else set()
        return Whom(Participant.objects.ids_led_by(user, today), None, sorted(only), None)
    led = {person for person, _, _, leads, inside in found if leads or inside}
    seen = {person for person, *_ in found}
    changeable = {person for person, why, *_ in found if why != AccessGrant.Why.BREAK_GLASS}
    managed = set(user.managed_teams)
    to_transfer = {
        person
        for person, why, team, leads, _ in found
        if leads or why == AccessGrant.Why.AREA or (why == AccessGrant.Why.TEAM and team in managed)
    }
    return Whom(sorted(led), sorted(seen), sorted(seen - changeable), sorted(to_transfer & changeable))


def _asked(user: User, most: int) -> QuerySet[AccessGrant, Any]:
    """Each grant that shows someone, why, and whether the user leads them or works with them in prison."""
    theirs = {"participant": OuterRef("participant")}
    leads = Exists(Assignment.objects.current(DAY).filter(practitioner=user, **theirs))
    inside = Exists(Supervision.objects.current(DAY).filter(supervisor=user, **theirs))
    grants = AccessGrant.objects.seen_by(user, at=MOMENT).annotate(leads=leads, inside=inside)
    return grants.values_list("participant", "why", "team", "leads", "inside")[:most]


def sees_few(user: User) -> bool:
    return AccessGrant.objects.current().of(user)[: FEW + 1].count() <= FEW


def is_one_of(path: str, ids: list[int]) -> Q:
    """As one value: of `__in`, each would be one."""
    return Q(IsOneOf(F(path), RawSQL("%s::bigint[]", [ids])))

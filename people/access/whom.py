"""Whom a home list is about: those whom the user leads, and for some rows all whom they see.

Asked once for a page and handed to each list on it. The ids of a few people are written into the statements, which are
then quickly made and planned. Where someone sees more, each row asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL

from common.postgres.actor import current
from common.postgres.functions import IsOneOf, Sees
from common.rows import Rows, first
from people.models import AccessGrant, Assignment, Participant, Supervision, User

FEW = 2_000  # grants


@dataclass(frozen=True)
class Whom:
    """Ids. `seen` is None where the user sees many."""

    led: list[int]  # or the user works with them in prison
    seen: list[int] | None
    in_emergency: list[int]  # whom emergency access alone shows

    def sees(self, path: str) -> Q:
        """Whether the user sees the person whom `path` leads to, from a row."""
        return Q(Sees(F(path))) if self.seen is None else is_one_of(path, self.seen)

    def may_change(self, path: str) -> Q:
        return self.sees(path) & ~is_one_of(path, self.in_emergency) if self.in_emergency else self.sees(path)

    def first(self, rows: Rows, most: int) -> Rows:
        """The first rows; where they are of many people, in two steps."""
        return first(rows, most) if self.seen is None else rows[:most]


def whom(user: User, today: date) -> Whom:
    grants = AccessGrant.objects.seen_by(user)
    theirs = {"participant": OuterRef("participant")}
    leads = Exists(Assignment.objects.current(today).filter(practitioner=user, **theirs))
    inside = Exists(Supervision.objects.current(today).filter(supervisor=user, **theirs))
    found = list(grants.annotate(is_led=leads | inside).values_list("participant", "why", "is_led")[: FEW + 1])
    if len(found) > FEW:
        assert current().partition("/")[0] == str(user.pk), "of whoever sees many, the rows ask who acts"
        opened = list(grants.emergency().values_list("participant", flat=True))
        also = grants.to_change().filter(participant__in=opened).values_list("participant", flat=True)
        only = set(opened).difference(also) if opened else set()
        return Whom(Participant.objects.ids_led_by(user, today), None, sorted(only))
    led = {person for person, _, is_led in found if is_led}
    seen = {person for person, _, _ in found}
    changeable = {person for person, why, _ in found if why != AccessGrant.Why.BREAK_GLASS}
    return Whom(sorted(led), sorted(seen), sorted(seen - changeable))


def sees_few(user: User) -> bool:
    return AccessGrant.objects.current().of(user)[: FEW + 1].count() <= FEW


def is_one_of(path: str, ids: list[int]) -> Q:
    """As one value: of `__in`, each would be one."""
    return Q(IsOneOf(F(path), RawSQL("%s::bigint[]", [ids])))

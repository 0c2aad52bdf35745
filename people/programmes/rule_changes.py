"""Change who a programme is for, from a day on. What was answered before stays as it was answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import DeliveryUnit, Programme, Rule, User
from people.programmes.eligibility import in_words
from people.programmes.enrolment import NotYourProgramme, may_manage

DAY = timedelta(days=1)


class NotFromThatDay(RuleBroken):
    pass


class NoSuchRule(RuleBroken):
    pass


@transaction.atomic
@acting_as(SYSTEM)  # who a programme is for decides who sees whom
def change_rule(
    *, programme: Programme, rule: Rule | None, kind: str, starts_on: date, why: str, by: User, today: date,
    areas: Collection[DeliveryUnit] = (),
) -> None:  # fmt: skip
    """Let another rule of this kind count from a day on, or none (`rule` is None). `rule` is not saved yet.

    A change that was meant for a later day, and does not count yet, is given up for this one.
    """
    if not may_manage(by, programme):
        raise NotYourProgramme("Only a manager in one of the areas that own this programme changes who it is for.")
    if starts_on < today:
        raise NotFromThatDay("Rules count from today or a later day: what was answered before stays as it is.")
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    theirs = programme.rules.filter(kind=kind)
    given_up, _ = theirs.filter(starts_on__gt=today).delete()  # what does not count yet, this takes the place of
    before = theirs.filter(Q(ends_on=None) | Q(ends_on__gte=today)).first()
    if before is None and rule is None and not given_up:
        raise NoSuchRule("There is no such rule now, so nothing changes.")
    if before and before.starts_on >= starts_on:
        raise NotFromThatDay("It changed today already. Choose a later day.")
    if before:
        before.ends_on, before.ended_why, before.ended_by = starts_on - DAY, why, by
        save_or_refuse(before, "ends_on", "ended_why", "ended_by", by=by)
    if rule:
        rule.programme, rule.kind, rule.starts_on, rule.why, rule.made_by = programme, kind, starts_on, why, by
        save_or_refuse(rule, by=by)
        rule.areas.set(areas)


def changes_of(programme: Programme) -> list[tuple[str, str, Rule]]:
    """The rules that came later than the programme itself, or are over, the newest first; each in words."""
    rows = (
        programme.rules.exclude(ends_on=None, why="")
        .select_related("prison", "made_by", "ended_by")
        .prefetch_related("areas")
    )
    return [(*in_words(rule), rule) for rule in rows.order_by("-starts_on", "kind", "-pk")]

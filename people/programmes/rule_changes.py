"""Change who a programme is for, from a day on. What was answered before stays as it was answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import DeliveryUnit, Programme, Rule, User
from people.programmes.eligibility import in_words
from people.programmes.enrolment import NotYourProgramme, may_manage

DAY = timedelta(days=1)


class NotFromThatDay(RuleBroken):
    pass


@transaction.atomic
@acting_as(SYSTEM)  # who a programme is for decides who sees whom
def change_rule(
    *, programme: Programme, rule: Rule | None, kind: str, starts_on: date, why: str, by: User, today: date,
    areas: Collection[DeliveryUnit] = (),
) -> None:  # fmt: skip
    """Let another rule of this kind count from a day on, or none (`rule` is None). `rule` is not saved yet."""
    if not may_manage(by, programme):
        raise NotYourProgramme("Only a manager in one of the areas that own this programme changes who it is for.")
    if starts_on < today:
        raise NotFromThatDay("Rules count from today or a later day: what was answered before stays as it is.")
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    before = programme.rules.filter(kind=kind, ends_on=None).first()
    if before and before.starts_on >= starts_on:
        raise NotFromThatDay(f"It changes on {before.starts_on:%-d %B %Y} already. Choose a later day.")
    if before:
        before.ends_on = starts_on - DAY
        save_or_refuse(before, "ends_on", by=by)
    if rule:
        rule.programme, rule.kind, rule.starts_on, rule.why = programme, kind, starts_on, why
        save_or_refuse(rule, by=by)
        rule.areas.set(areas)


def changes_of(programme: Programme) -> list[tuple[str, str, Rule]]:
    """The rules that came later than the programme itself, or are over, the newest first; each in words."""
    rows = programme.rules.exclude(ends_on=None, why="").select_related("prison").prefetch_related("areas")
    return [(*in_words(rule), rule) for rule in rows.order_by("-starts_on", "kind", "-pk")]

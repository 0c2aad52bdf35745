"""Programmes, and who is on them. One public function is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from common.errors import RuleBroken
from people import eligibility
from people.access import Can, can
from people.models import Enrolment, Participant, Programme, Rule, RuleResult, User
from people.models.places import DeliveryUnit


class AlreadyEnrolled(RuleBroken):
    pass


class MayNotOverride(RuleBroken):
    pass


class NothingToOverride(RuleBroken):
    pass


class NeedsAReason(RuleBroken):
    pass


class NotEnrolled(RuleBroken):
    pass


class NotAProgramme(RuleBroken):
    pass


@transaction.atomic
def create_programme(
    *, code: str, name: str, money_model: Programme.MoneyModel, about: str = "", allocation: int = 0,
    rules: Sequence[Rule] = (), areas: Collection[DeliveryUnit] = (),
) -> Programme:  # fmt: skip
    """Set up a programme with its rules (unsaved `Rule` rows; `areas` belong to the area rule)."""
    programme = Programme(code=code, name=name, about=about, money_model=money_model, allocation=allocation)
    _check(programme)
    programme.save()
    for rule in rules:
        rule.programme = programme
        _check(rule)
        rule.save()
        if rule.kind == Rule.Kind.AREA:
            rule.areas.set(areas)
    return programme


def _check(row: Programme | Rule) -> None:
    try:
        row.full_clean()
    except ValidationError as problem:
        raise NotAProgramme(" ".join(problem.messages)) from problem


@transaction.atomic
def enrol(*, participant: Participant, programme: Programme, by: User, today: date) -> Enrolment:
    """Ask each rule, keep each answer, and enrol the person where all say yes. A person may be asked about again."""
    participant = (
        Participant.objects.select_for_update(of=("self",)).select_related("delivery_unit").get(pk=participant.pk)
    )
    _end_earlier_answer(participant=participant, programme=programme, today=today)
    found = eligibility.answers(participant=participant, programme=programme, today=today)
    yes = eligibility.eligible(found)
    enrolment = Enrolment(
        participant=participant, programme=programme, asked_by=by, asked_on=today, starts_on=today if yes else None,
        state=Enrolment.State.ENROLLED if yes else Enrolment.State.NOT_ELIGIBLE,
    )  # fmt: skip
    enrolment.full_clean()
    enrolment.save()
    RuleResult.objects.bulk_create(
        RuleResult(enrolment=enrolment, kind=answer.kind, met=answer.met, reason=answer.reason[:300])
        for answer in found
    )
    return enrolment


def _end_earlier_answer(*, participant: Participant, programme: Programme, today: date) -> None:
    earlier = (
        Enrolment.objects.filter(participant=participant, programme=programme)
        .exclude(state=Enrolment.State.ENDED)
        .first()
    )
    if earlier is None:
        return
    if earlier.state == Enrolment.State.ENROLLED:
        raise AlreadyEnrolled(f"{participant.name} is on {programme} already.")
    _end(earlier, reason="Asked about again.", today=today)


@transaction.atomic
def override(*, enrolment: Enrolment, by: User, reason: str, today: date) -> Enrolment:
    """A senior enrols someone whom the rules left out, and says why. The rules' answers stay as they were."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if not can(by, Can.OVERRIDE_ELIGIBILITY):
        raise MayNotOverride("Only a manager can override an eligibility rule.")
    if enrolment.state != Enrolment.State.NOT_ELIGIBLE:
        raise NothingToOverride("There is no refusal to override here.")
    if enrolment.asked_by_id == by.pk:
        raise MayNotOverride("Someone other than the person who asked has to override the rules.")
    if not reason.strip():
        raise NeedsAReason("Say why this programme is right for this person all the same.")
    enrolment.state, enrolment.starts_on = Enrolment.State.ENROLLED, today
    enrolment.overridden_by, enrolment.override_reason = by, reason.strip()
    enrolment.full_clean()
    enrolment.save(update_fields=["state", "starts_on", "overridden_by", "override_reason"])
    return enrolment


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, reason: str, today: date) -> Enrolment:
    """The person leaves the programme; the record of it stays."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("This person is not on the programme now.")
    if not reason.strip():
        raise NeedsAReason("Say why this ends.")
    return _end(enrolment, reason=reason.strip(), today=today)


def _end(enrolment: Enrolment, *, reason: str, today: date) -> Enrolment:
    enrolment.state, enrolment.ends_on, enrolment.end_reason = Enrolment.State.ENDED, today, reason
    enrolment.full_clean(exclude=["participant", "programme"])
    enrolment.save(update_fields=["state", "ends_on", "end_reason"])
    return enrolment

"""Licence conditions: given under the policy in force on the day of release, and varied one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from common.errors import RuleBroken
from common.saving import save_or_refuse
from people.models import IssuedCondition, LicenceCondition, LicencePolicy, Participant, Sentence, User


class NotALicence(RuleBroken):
    pass


def policy_for(sentence: Sentence) -> LicencePolicy | None:
    """The newest policy in force on the day of release; without a release, on the first day of the sentence."""
    return LicencePolicy.objects.in_force(sentence.release_on or sentence.starts_on).first()


def policy_of(sentence: Sentence) -> LicencePolicy | None:
    """The policy this licence was given under: later changes keep to it."""
    issued = (
        IssuedCondition.objects.filter(sentence=sentence).select_related("condition__policy").order_by("pk").first()
    )
    return issued.condition.policy if issued else None


def money_conditions(participant: Participant, today: date) -> QuerySet[IssuedCondition]:
    """What a decision about money has to mind: facts of the licence, which no decision changes."""
    rows = IssuedCondition.objects.not_ended(today).filter(participant=participant, condition__touches_money=True)
    return rows.in_order()


@transaction.atomic
def issue(*, sentence: Sentence, chosen: Mapping[LicenceCondition, str], by: User) -> list[IssuedCondition]:
    """Give a person their licence: each condition with what was filled in, from the day of release."""
    sentence = Sentence.objects.select_for_update().get(pk=sentence.pk)
    policy = policy_for(sentence)
    if sentence.kind != Sentence.Kind.CUSTODY or sentence.release_on is None:
        raise NotALicence("A licence goes with a release from custody. Add the release date to the sentence first.")
    if policy is None:
        raise RuleBroken("No licence policy was in force on the day of release. Ask an administrator to add it.")
    if IssuedCondition.objects.filter(sentence=sentence).exists():
        raise NotALicence("The licence is issued already. Vary it instead.")
    if any(condition.policy_id != policy.pk for condition in chosen):
        raise NotALicence(f"Choose only conditions of {policy}.")
    return [
        _give(sentence, condition, details, starts_on=sentence.release_on, why="", by=by)
        for condition, details in chosen.items()
    ]


@transaction.atomic
def add_condition(
    *, sentence: Sentence, condition: LicenceCondition, details: str, starts_on: date, why: str, by: User
) -> IssuedCondition:
    """Vary a licence: one condition more, of the policy it was given under, with the reason."""
    sentence = Sentence.objects.select_for_update().get(pk=sentence.pk)
    policy = policy_of(sentence)
    if policy is None:
        raise NotALicence("Issue the licence first. Then it can be varied.")
    if condition.policy_id != policy.pk:
        raise NotALicence(f"Choose a condition of {policy}.")
    if sentence.release_on and starts_on < sentence.release_on:
        raise NotALicence("A condition cannot start before the release.")
    if not why:
        raise NotALicence("Say why the condition is added.")
    return _give(sentence, condition, details, starts_on=starts_on, why=why, by=by)


def _give(
    sentence: Sentence, condition: LicenceCondition, details: str, *, starts_on: date, why: str, by: User
) -> IssuedCondition:
    if condition.asks and not details:
        raise NotALicence(f"Fill in for “{condition.plain}”: {condition.asks.lower()}.")
    issued = IssuedCondition(
        participant_id=sentence.participant_id, sentence=sentence, condition=condition, details=details,
        starts_on=starts_on, issued_by=by, why_added=why,
    )  # fmt: skip
    save_or_refuse(issued, by=by)
    return issued


@transaction.atomic
def end_condition(*, issued: IssuedCondition, ends_on: date, why: str, by: User, today: date) -> IssuedCondition:
    """Vary a licence: one condition ends after a day, with the reason. It stays on the record."""
    issued = IssuedCondition.objects.select_for_update().get(pk=issued.pk)
    if issued.has_ended(today):
        raise RuleBroken("This condition has ended already.")
    if not why:
        raise RuleBroken("Say why the condition ends.")
    issued.ends_on, issued.why_ended = ends_on, why
    save_or_refuse(issued, "ends_on", "why_ended", by=by)
    return issued

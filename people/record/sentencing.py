"""Acts on sentences and requirements: record, correct, and record progress."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from common.errors import RuleBroken
from common.saving import save_or_refuse
from people.models import Participant, Requirement, RequirementProgress, Sentence, User
from people.record.requirements import kinds_for, unit_of

State = Requirement.State


class NotASentence(RuleBroken):
    pass


class NotARequirement(RuleBroken):
    pass


class NotProgress(RuleBroken):
    pass


@transaction.atomic
def add_sentence(
    *, participant: Participant, kind: str, starts_on: date, ends_on: date, by: User, release_on: date | None = None
) -> Sentence:
    """Add a sentence. Its first and its last day both count."""
    return _write(Sentence(participant=participant), kind, starts_on, ends_on, release_on, by=by)


@transaction.atomic
def correct_sentence(
    *, sentence: Sentence, kind: str, starts_on: date, ends_on: date, by: User, release_on: date | None = None
) -> Sentence:
    """Correct a mistake. The history keeps what was there before."""
    sentence = Sentence.objects.select_for_update().get(pk=sentence.pk)
    return _write(sentence, kind, starts_on, ends_on, release_on, by=by)


def _write(
    sentence: Sentence, kind: str, starts_on: date, ends_on: date, release_on: date | None, *, by: User
) -> Sentence:
    same = Sentence.objects.filter(participant=sentence.participant_id, kind=kind, starts_on=starts_on)
    if same.exclude(pk=sentence.pk).exists():
        raise NotASentence("There is a sentence of this kind from this day already. Correct that one instead.")
    if release_on and release_on > ends_on:
        raise NotASentence(f"The release is after the last day of the sentence, {ends_on:%-d %B %Y}.")
    sentence.kind, sentence.starts_on, sentence.ends_on, sentence.release_on = kind, starts_on, ends_on, release_on
    sentence.length_days = max(0, (ends_on - starts_on).days + 1)
    save_or_refuse(sentence, by=by)
    return sentence


@transaction.atomic
def add_requirement(
    *, sentence: Sentence, kind: str, by: User, detail: str = "", ordered: int | None = None, flexible: bool = False,
    how: str = "",
) -> Requirement:  # fmt: skip
    """Add what the court requires. What is required is fixed; how it is done may be flexible."""
    if kind not in dict(kinds_for(sentence.kind)):
        raise NotARequirement(f"A court cannot require this with {sentence.get_kind_display().lower()}.")
    requirement = Requirement(sentence=sentence, kind=kind)
    return _order(requirement, detail=detail, ordered=ordered, flexible=flexible, how=how, by=by)


@transaction.atomic
def correct_requirement(
    *, requirement: Requirement, detail: str, ordered: int | None, flexible: bool, how: str, state: str, by: User
) -> Requirement:
    """Correct a mistake or set the state. To require something else, end this and add another."""
    requirement = _locked(requirement)
    requirement.state = state
    return _order(requirement, detail=detail, ordered=ordered, flexible=flexible, how=how, by=by)


def _order(
    requirement: Requirement, *, detail: str, ordered: int | None, flexible: bool, how: str, by: User
) -> Requirement:
    if ordered and not unit_of(requirement.kind):
        raise NotARequirement("Nothing is counted towards this kind of requirement. Leave the number empty.")
    if how and not flexible:
        raise NotARequirement("Say that it is flexible in how, or leave out how it will be met.")
    requirement.detail, requirement.ordered = detail, ordered
    requirement.flexible, requirement.how = flexible, how
    save_or_refuse(requirement, by=by)
    return requirement


def _locked(requirement: Requirement) -> Requirement:
    return Requirement.objects.select_for_update(of=("self",)).select_related("sentence").get(pk=requirement.pk)


@transaction.atomic
def record_progress(
    *, requirement: Requirement, amount: int, done_on: date, by: User, today: date, now: datetime, note: str = ""
) -> RequirementProgress:
    """Record hours or days done on a day; a negative amount corrects a mistake. All done completes the requirement."""
    requirement = _locked(requirement)
    if not requirement.ordered:
        raise NotProgress("Say first how much the court ordered, so that progress can be counted.")
    if done_on > today:
        raise NotProgress("Record it on the day it is done, or after.")
    if done_on < requirement.sentence.starts_on:
        raise NotProgress("This day is before the sentence starts.")
    done = Requirement.objects.with_done().get(pk=requirement.pk).done + amount
    if done < 0:
        raise NotProgress(f"Only {done - amount} are down as done, so no more than that can be taken away.")
    if amount < 0 and not note:
        raise NotProgress("Say why something is taken away.")
    line = RequirementProgress(
        participant_id=requirement.sentence.participant_id, requirement=requirement, amount=amount, done_on=done_on,
        note=note, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    save_or_refuse(line, by=by)
    _move(requirement, done, by=by)
    return line


def _move(requirement: Requirement, done: int, *, by: User) -> None:
    assert requirement.ordered
    if done >= requirement.ordered:
        state = State.DONE
    elif requirement.state != State.NOT_DONE:
        state = State.IN_PROGRESS if done else State.NOT_STARTED
    else:
        return
    requirement.state = state
    save_or_refuse(requirement, "state", by=by)

"""Who a person is: correct the name, birth date and cohort, and keep their other names. Every change says why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.models import OtherName, Participant, User
from people.models.participants import COHORT_WORDS, CohortTag

MOST_NAMES = 300


class NothingIsDifferent(RuleBroken):
    pass


class TooManyNames(RuleBroken):
    pass


@transaction.atomic
def correct(
    *, participant: Participant, given_name: str, family_name: str, date_of_birth: date, cohort_tags: Collection[str],
    was_theirs: bool, why: str, by: User,
) -> Participant:  # fmt: skip
    """Set who the person is. A name before that `was_theirs` stays with their other names."""
    participant = Participant.objects.select_related("user").lock(participant)
    before, name_before = (participant.given_name, participant.family_name), participant.name
    new = {
        "given_name": given_name, "family_name": family_name, "date_of_birth": date_of_birth,
        "cohort_tags": sorted(cohort_tags),
    }  # fmt: skip
    changed = [name for name, value in new.items() if getattr(participant, name) != value]
    if not changed:
        raise NothingIsDifferent("Nothing here is different from the record. Change what is wrong, or go back.")
    for name in changed:
        setattr(participant, name, new[name])
    save_or_refuse(participant, *changed, by=by, why=why)
    if (given_name, family_name) == before:
        return participant
    participant.other_names.filter(given_name=given_name, family_name=family_name).delete()
    if was_theirs:
        _keep_name(participant, OtherName.Kind.FORMER, *before, by=by, why=why)
    if participant.user and participant.user.name == name_before:
        participant.user.name = participant.name
        with acting_as(SYSTEM):  # only they themselves and the service write an account
            save_or_refuse(participant.user, "name", by=by)
    return participant


@transaction.atomic
def add_name(*, participant: Participant, kind: str, given_name: str, family_name: str, by: User) -> OtherName:
    """Add a former name, or one they go by. It is searched like their own."""
    participant = Participant.objects.lock(participant)
    if (given_name, family_name) == (participant.given_name, participant.family_name):
        raise RuleBroken("That is the name on the record already.")
    if participant.other_names.count() >= MOST_NAMES:
        raise TooManyNames(f"There are {MOST_NAMES} other names on this record. Take one away first.")
    return _keep_name(participant, kind, given_name, family_name, by=by)


def _keep_name(participant: Participant, kind: str, given: str, family: str, *, by: User, why: str = "") -> OtherName:
    row = OtherName.objects.filter(participant=participant, given_name=given, family_name=family).first()
    row = row or OtherName(participant=participant, given_name=given, family_name=family)
    row.kind = kind
    return save_or_refuse(row, by=by, why=why)


@transaction.atomic
def remove_name(*, name: OtherName, why: str, by: User) -> None:
    """Take a name away that is not theirs. The history keeps it, and why."""
    name._history_user, name._change_reason = by, why  # type: ignore[attr-defined]  # read by django-simple-history
    name.delete()


@dataclass(frozen=True)
class Correction:
    """What was changed in who the person is, when, by whom and why. `was` and `became` say it in words."""

    at: datetime
    by: User | None
    why: str
    parts: list[tuple[str, str, str]]  # what, was, became


def corrections_of(participant: Participant) -> list[Correction]:
    """Every correction of name, birth date and cohort, the latest first."""
    rows = list(
        participant.history.order_by("history_date", "history_id")
        .select_related("history_user")
        .only(
            "given_name",
            "family_name",
            "date_of_birth",
            "cohort_tags",
            "history_date",
            "history_user__name",
            "history_change_reason",
        )  # fmt: skip
    )
    found = []
    for was, became in zip(rows, rows[1:], strict=False):
        before, after = _said(was), _said(became)
        parts = [(what, before[what], after[what]) for what in after if before[what] != after[what]]
        if parts:
            why = became.history_change_reason or ""
            found.append(Correction(became.history_date, became.history_user, why, parts))
    return found[::-1]


def _said(row: Participant) -> dict[str, str]:
    born = row.date_of_birth
    tags = ", ".join(COHORT_WORDS[CohortTag(tag)] for tag in row.cohort_tags)
    return {
        "Name": f"{row.given_name} {row.family_name}".strip(),
        "Date of birth": f"{born.day} {born:%B} {born.year}",
        "Cohort": tags or "None",
    }

"""Compare two records: their values, where they differ, and the rows that belong to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from casework.merging.moving import counted
from casework.merging.rules import Clash
from common.postgres.actor import SYSTEM, acting_as
from people.models import Participant
from people.models.participants import ParticipantQuerySet
from people.models.phones import in_words

# Not for choosing: what the record is known by stays with it, and what the service itself keeps.
FIXED = {"id", "ref", "user", "crn", "whereabouts", "prison", "merged_into", "left_on"}


def choosable(kept: Participant, gone: Participant) -> list[str]:
    """The fields whose value may come from either record. Where someone signs in goes with their account."""
    fixed = FIXED | ({"phone", "email"} if kept.user_id or gone.user_id else set())
    return [field.name for field in Participant._meta.concrete_fields if field.name not in fixed]


@dataclass(frozen=True)
class Line:
    """One field of both records."""

    name: str
    label: str
    kept: str
    gone: str

    @property
    def called(self) -> str:
        return self.label if self.label.isupper() else self.label[:1].lower() + self.label[1:]

    @property
    def differs(self) -> bool:
        return self.kept != self.gone


@dataclass(frozen=True)
class Kind:
    label: str
    count: int
    what: str  # what happens where both have one


NEVER_SHARED = {"date_of_birth", "prison_number", "pnc", "cro"}  # two of these are two people, unless one is mistyped


def against(found: list[Line]) -> list[str]:
    """Reasons against a merge: a person has only one of this, and the records have two that differ."""
    return [line.label for line in found if line.name in NEVER_SHARED and line.differs and line.kept and line.gone]


def lines(kept: Participant, gone: Participant) -> list[Line]:
    labels = {
        "crn": "CRN",
        "pnc": "PNC",
        "cro": "CRO",
        "outcode": "Postcode area",
        "delivery_unit": "Area",
        "joined_on": "First day with us",
        "email": "E-mail",
        "cohort_tags": "Cohort",
    }
    found = []
    for name in ["crn", *(field.name for field in Participant._meta.concrete_fields if field.name not in FIXED)]:
        field: Any = Participant._meta.get_field(name)
        label = labels.get(name) or str(field.verbose_name).capitalize()
        found.append(Line(name, label, said(kept, name), said(gone, name)))
    return found


def said(person: Participant, name: str) -> str:
    """Return a value in words; "" where there is none."""
    value: Any = getattr(person, name)
    if hasattr(person, f"get_{name}_display"):
        return str(getattr(person, f"get_{name}_display")())
    if name == "phone":
        return in_words(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, list):
        return ", ".join(person.tags) if name == "cohort_tags" else ", ".join(map(str, value))
    return "" if value is None else str(value)


def kinds(gone: Participant) -> list[Kind]:
    """Return what moves, and what is done where both records have one."""
    with acting_as(SYSTEM):  # counted whole, as it moves whole
        return [Kind(label, count, _what(rule.clash)) for label, count, rule in counted(gone)]


def _what(clash: Clash) -> str:
    return "" if clash is Clash.NEVER else clash.value


def likely(person: Participant, people: ParticipantQuerySet) -> ParticipantQuerySet:
    """Among these people, the other records that may be of the same person: born the same day, or called the same."""
    same = Q(date_of_birth=person.date_of_birth, family_name__iexact=person.family_name)
    same |= Q(date_of_birth=person.date_of_birth, given_name__iexact=person.given_name)
    same |= Q(given_name__iexact=person.given_name, family_name__iexact=person.family_name)
    return people.filter(same).exclude(pk=person.pk)

"""A line in words, before anything is kept: all that would be saved, and what in the file it was read from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from people.imports.caseload import Person
from people.imports.requirement_words import Required
from people.models import CohortTag, Requirement, RiskBand, Sentence
from people.models.participants import COHORT_WORDS
from people.models.phones import in_words
from people.record.requirements import unit_of


@dataclass(frozen=True)
class Said:
    """One thing that would be saved. `cell` is what the file says, where the words are not the same."""

    label: str
    words: str
    cell: str = ""


@dataclass(frozen=True)
class NewPerson:
    number: int
    name: str
    said: list[Said]


def in_full(one: Person, today: date) -> NewPerson:
    values = one.line.values
    name = f"{values.get('given_name') or ''} {values['family_name']}".strip()
    facts = [fact for fact in _facts(one, today) if fact.words]
    return NewPerson(one.line.number, name, facts)


def _facts(one: Person, today: date) -> Iterable[Said]:
    values, cells = one.line.values, one.line.cells
    yield Said("CRN", one.line.crn)
    yield Said("Born", _day(values["date_of_birth"]), cells.get("date_of_birth", ""))
    yield Said("Risk", RiskBand(values["risk_band"]).label)
    yield Said("Area", str(one.unit or ""))
    yield Said("Practitioner", one.lead.user.name if one.lead else "Nobody yet")
    yield Said("Sentence", *_sentence(one))
    for required in values.get("requirements") or []:
        yield Said("Requirement", _required(required), cells.get("requirements", ""))
    yield Said("Release", _day(values.get("release_date")), cells.get("release_date", ""))
    yield Said("Where", _where(one, today))
    yield Said("Prison number", values.get("prison_number") or "")
    yield Said("Likes to be called", values.get("preferred_name") or "")
    yield Said("Phone", in_words(values.get("phone")))
    yield Said("E-mail", values.get("email") or "")
    yield Said("Address", values.get("address") or "")
    yield Said("Cohort", ", ".join(COHORT_WORDS[CohortTag(tag)] for tag in values.get("tags") or []))


def _sentence(one: Person) -> tuple[str, str]:
    term = one.line.term
    if term is None:
        return "", ""
    whole = f"{Sentence.Kind(term.kind).label}, from {_day(term.starts_on)} to {_day(term.ends_on)}"
    return whole, one.line.cells.get("sentence", "")


def _required(required: Required) -> str:
    amount = f", {required.ordered} {unit_of(required.kind)}" if required.ordered else ""
    return f"{Requirement.Kind(required.kind).label}{amount}{f': {required.detail}' if required.detail else ''}"


def _where(one: Person, today: date) -> str:
    if not one.is_inside(today):
        return "In the community"
    return f"In prison, {one.prison or 'which one is not known'}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B} {day.year}" if day else ""

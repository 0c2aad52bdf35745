"""Save a caseload by sets: a few statements for any number of people, with history for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common.saving import save_or_refuse
from people import services
from people.imports.changes import Change, compare_requirements, facts, sentence_facts
from people.models import AccessGrant, Assignment, Level, Participant, Requirement, Sentence, User

if TYPE_CHECKING:
    from people.imports.caseload import Person

BATCH = 2000


def create(new: Sequence[Person], *, by: User, today: date, now: datetime) -> list[int]:
    """Create people, sentences, requirements and access grants. Return the people's ids."""
    rows = [
        Participant(crn=one.line.crn, joined_on=today, **facts(one.line, unit=one.unit, prison=one.prison))
        for one in new
    ]
    _make(Participant, rows, by)
    pairs = list(zip(new, rows, strict=True))
    terms = [(one, Sentence(participant=row, **_sentence(one))) for one, row in pairs if one.line.term]
    ordered = [compare_requirements(sentence, one.line.values.get("requirements") or []) for one, sentence in terms]
    _make(Sentence, [sentence for _, sentence in terms], by)
    _make(Requirement, [requirement for some in ordered for requirement in some], by)
    _assign([(row, one) for one, row in pairs if one.lead], by=by, today=today, now=now)
    return [row.pk for row in rows]


def _sentence(one: Person) -> dict[str, Any]:
    term = one.line.term
    assert term is not None
    return {"kind": term.kind, "starts_on": term.starts_on, **sentence_facts(one.line)}


def _assign(pairs: Sequence[tuple[Participant, Person]], *, by: User, today: date, now: datetime) -> None:
    """The same as `services.assign` for people nobody led before."""
    leads = [(row, one.lead) for row, one in pairs if one.lead]
    _make(Assignment, [Assignment(participant=row, practitioner=lead.user, starts_on=today) for row, lead in leads], by)
    full: dict[str, Any] = {"level": Level.FULL, "starts_at": now}
    AccessGrant.objects.bulk_create(
        [AccessGrant(participant=row, user=lead.user, why=AccessGrant.Why.ASSIGNED, **full) for row, lead in leads]
        + [
            AccessGrant(participant=row, team=team, why=AccessGrant.Why.TEAM, **full)
            for row, lead in leads
            for team in lead.teams
        ],
        batch_size=BATCH,
    )


def change(changes: Sequence[Change], *, by: User, today: date, now: datetime) -> None:
    """Apply the file's changes to the records, each with history."""
    named = sorted({name for one in changes for name in one.fields})
    _alter(Participant, [one.person for one in changes if one.fields], named, by)
    sentences = [one.sentence for one in changes if one.sentence]
    _make(Sentence, [row for row in sentences if row.pk is None], by)
    _alter(Sentence, [row for row in sentences if row.pk], ["length_days", "ends_on", "release_on"], by)
    requirements = [row for one in changes for row in one.requirements]
    _make(Requirement, [row for row in requirements if row.pk is None], by)
    _alter(Requirement, [row for row in requirements if row.pk], ["detail", "ordered"], by)
    for one in changes:
        _move(one, today=today, now=now, by=by)


def _move(one: Change, *, by: User, today: date, now: datetime) -> None:
    person = one.person
    if person.user and one.fields & {"given_name", "family_name"}:
        person.user.name = person.name
        save_or_refuse(person.user, "name", by=by)
    if person.user and one.fields & {"phone", "email"}:
        services.move_sign_in(person.user, phone=str(person.phone), email=person.email, by=by, now=now)
    if one.lead:
        services.assign(participant=person, practitioner=one.lead, today=today, now=now, by=by)


def _make(model: type[Model], rows: Sequence[Any], by: User) -> None:
    if rows:
        bulk_create_with_history(rows, model, batch_size=BATCH, default_user=by)


def _alter(model: type[Model], rows: Sequence[Any], fields: list[str], by: User) -> None:
    if rows:
        bulk_update_with_history(rows, model, fields, batch_size=BATCH, default_user=by)

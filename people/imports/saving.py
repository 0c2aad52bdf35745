"""Save a caseload by sets: a few statements for any number of people, with history for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from phonenumber_field.phonenumber import PhoneNumber
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common.saving import save_or_refuse
from people import services
from people.access import unallocated
from people.imports.changes import Change, compare_requirements, facts, sentence_facts
from people.models import (
    AccessGrant,
    Assignment,
    CustodyEvent,
    Level,
    Participant,
    Requirement,
    Sentence,
    User,
    Whereabouts,
)
from people.record import custody

if TYPE_CHECKING:
    from people.imports.caseload import Person

BATCH = 2000


def create(new: Sequence[Person], *, by: User, today: date, now: datetime) -> list[int]:
    """Create people, sentences, requirements and access grants. Return the people's ids."""
    rows = [
        Participant(
            crn=one.line.crn,
            joined_on=today,
            prison=one.prison,
            whereabouts=Whereabouts.PRISON if one.is_inside(today) else Whereabouts.COMMUNITY,
            **facts(one.line, unit=one.unit),
        )
        for one in new
    ]
    _make(Participant, rows, by)
    pairs = list(zip(new, rows, strict=True))
    terms = [(one, Sentence(participant=row, **_sentence(one))) for one, row in pairs if one.line.term]
    ordered = [compare_requirements(sentence, one.line.values.get("requirements") or []) for one, sentence in terms]
    _make(Sentence, [sentence for _, sentence in terms], by)
    _make(CustodyEvent, _went_in(pairs, {row.participant_id: row for _, row in terms}, by=by, today=today, now=now), by)
    _make(Requirement, [requirement for some in ordered for requirement in some], by)
    _assign([(row, one) for one, row in pairs if one.lead], by=by, today=today, now=now)
    unallocated.share_with_managers(now=now, people=[row.pk for one, row in pairs if not one.lead])
    return [row.pk for row in rows]


def _went_in(
    pairs: Sequence[tuple[Person, Participant]], sentences: dict[int, Sentence], *, by: User, today: date, now: datetime
) -> list[CustodyEvent]:
    """Those who are inside have been since the first day of a sentence of custody, as far as the file says."""
    events = []
    for one, row in pairs:
        if one.is_inside(today):
            sentence = sentences.get(row.pk)
            custody = sentence if sentence and sentence.kind == Sentence.Kind.CUSTODY else None
            events.append(
                CustodyEvent(
                    participant=row,
                    kind=CustodyEvent.Kind.FILE_IN,
                    prison=one.prison,
                    sentence=custody,
                    happened_on=min(custody.starts_on, today) if custody else today,
                    was=Whereabouts.COMMUNITY,
                    recorded_by=by,
                    recorded_at=now,
                )  # fmt: skip
            )
    return events


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


def change(changes: Sequence[Change], *, by: User, today: date, now: datetime) -> list[dict[str, Any]]:
    """Apply the file's changes to the records, each with history. Return what to put back to undo each of them."""
    old = _as_they_were(changes)
    before = [_before(one, old) for one in changes]
    named = sorted({name for one in changes for name in one.fields})
    _alter(Participant, [one.person for one in changes if one.fields], named, by)
    sentences = [one.sentence for one in changes if one.sentence]
    requirements = [row for one in changes for row in one.requirements]
    for model, rows, fields in (
        (Sentence, sentences, ["length_days", "ends_on", "release_on"]),
        (Requirement, requirements, ["detail", "ordered"]),
    ):
        there = [row for row in rows if row.pk]  # before the others have a key too
        _make(model, [row for row in rows if row.pk is None], by)
        _alter(model, there, fields, by)
    for one, undo in zip(changes, before, strict=True):
        event = _move(one, today=today, now=now, by=by)
        made: list[tuple[str, Model]] = []
        if one.sentence and undo.pop("new_sentence"):
            made.append(("sentence", one.sentence))
        made += [("requirement", row) for row in one.requirements if row.pk not in undo["known"]]
        undo["made"] = [{"model": model, "pk": row.pk, "what": model} for model, row in reversed(made)]
        undo["custody"] = event.pk if event else None
        undo.pop("new_sentence", None)
        del undo["known"]
    return before


Rows = dict[str, dict[int, Any]]


def _as_they_were(changes: Sequence[Change]) -> Rows:
    """The rows that are to change, as the database has them."""
    ids = {
        "participant": [one.person.pk for one in changes if one.fields],
        "sentence": [one.sentence.pk for one in changes if one.sentence and one.sentence.pk],
        "requirement": [row.pk for one in changes for row in one.requirements if row.pk],
    }
    models: dict[str, Any] = {"participant": Participant, "sentence": Sentence, "requirement": Requirement}
    return {name: models[name].objects.in_bulk(keys) if keys else {} for name, keys in ids.items()}


def _before(one: Change, old: Rows) -> dict[str, Any]:
    """What the change replaces: for each field of each row, what was there and what the file says."""
    rows: list[tuple[str, Any, list[str]]] = [("participant", one.person, sorted(one.fields))] if one.fields else []
    if one.sentence and one.sentence.pk:
        rows.append(("sentence", one.sentence, ["length_days", "ends_on", "release_on"]))
    rows += [("requirement", row, ["detail", "ordered"]) for row in one.requirements if row.pk]
    values = []
    for model, row, names in rows:
        pairs = {name: [as_kept(getattr(old[model][row.pk], name)), as_kept(getattr(row, name))] for name in names}
        different = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        what = ", ".join(name.removesuffix("_id").replace("_", " ") for name in different)
        values.append({"model": model, "pk": row.pk, "what": what, "fields": different})
    now_with = one.person.current_assignments  # type: ignore[attr-defined]  # set by known.py
    lead = [now_with[0].practitioner_id if now_with else None, one.lead.pk] if one.lead else None
    return {
        "values": values, "lead": lead, "new_sentence": bool(one.sentence and one.sentence.pk is None),
        "known": [row.pk for row in one.requirements if row.pk],
    }  # fmt: skip


def as_kept(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, PhoneNumber) else value


def _move(one: Change, *, by: User, today: date, now: datetime) -> CustodyEvent | None:
    person = one.person
    if person.user and one.fields & {"given_name", "family_name"}:
        person.user.name = person.name
        save_or_refuse(person.user, "name", by=by)
    if person.user and one.fields & {"phone", "email"}:
        services.move_sign_in(person.user, phone=str(person.phone), email=person.email, by=by, now=now)
    event = None
    if one.custody:
        kind, prison = one.custody
        act: dict[str, Any] = {"kind": kind, "prison": prison, "happened_on": today}
        event = custody.record(participant=person, by=by, today=today, now=now, **act)
    if one.lead:
        services.assign(participant=person, practitioner=one.lead, today=today, now=now, by=by)
    return event


def _make(model: type[Model], rows: Sequence[Any], by: User) -> None:
    if rows:
        bulk_create_with_history(rows, model, batch_size=BATCH, default_user=by)


def _alter(model: type[Model], rows: Sequence[Any], fields: list[str], by: User) -> None:
    if rows:
        bulk_update_with_history(rows, model, fields, batch_size=BATCH, default_user=by)

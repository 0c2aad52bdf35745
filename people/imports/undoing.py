"""Undo what an import did to one person: what it made is taken out, what it changed is put back.

What somebody changed since stays as they left it, and the import's page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.utils import timezone

from common.errors import RuleBroken
from common.saving import save_or_refuse
from people import services
from people.imports.saving import as_kept
from people.models import (
    AccessGrant,
    Assignment,
    CustodyEvent,
    ImportedPerson,
    Participant,
    Requirement,
    Sentence,
    User,
)
from people.models.tombstones import code_for
from people.record import custody

TAKEN_OUT = "Import undone"
WHY = "The import was undone."
# What an import makes with a person, beside the person; and what only ever points at one.
MADE_WITH = {Sentence, Assignment, AccessGrant, CustodyEvent, ImportedPerson}


def undo(rows: Sequence[ImportedPerson], *, by: User, now: datetime) -> None:
    """Undo these, each with its person; or say in `kept` why not."""
    used = used_since([row for row in rows if row.was_made])
    for row in rows:
        if row.was_made:
            kept = _take_out(row, used.get(row.participant_id, ""), by=by, now=now)
        else:
            kept = _put_back(row, by=by, now=now)
        row.undone, row.kept = not kept, kept[:300]
        row.save(update_fields=["undone", "kept"])


def _take_out(row: ImportedPerson, used: str, *, by: User, now: datetime) -> str:
    """Empty the record that the import made, and free its numbers; or say why it is kept."""
    person, today = row.participant, timezone.localdate(now)
    if used:
        return f"Somebody has worked on the record since: {used}."
    person.crn, person.given_name, person.family_name = code_for(person.pk), "", TAKEN_OUT
    for name in ("preferred_name", "prison_number", "phone", "email", "address", "outcode"):
        setattr(person, name, "")
    person.cohort_tags, person.prison, person.whereabouts = [], None, "COMMUNITY"
    person.left_on = max(today, person.joined_on)
    person._history_user, person._change_reason = by, WHY  # type: ignore[attr-defined]  # read by django-simple-history
    person.save()  # the code that stands for the CRN is none
    for event in person.custody_events.standing():
        event.struck_at, event.struck_by, event.struck_why = now, by, WHY
        save_or_refuse(event, "struck_at", "struck_by", "struck_why", by=by)
    for led in Assignment.objects.filter(participant=person, ends_on=None):
        led.end_before(today, by=by)
    AccessGrant.objects.filter(participant=person, ends_at=None).update(ends_at=now)
    return ""


def used_since(rows: Sequence[ImportedPerson]) -> dict[int, str]:
    """What somebody has added or changed, by the person's id: whatever points at them and did not come with the file.

    A constant number of queries, however many they are.
    """
    people = [row.participant_id for row in rows]
    theirs = {"participant__in": people}
    checks: list[tuple[str, Iterable[int]]] = [
        ("their own pages", Participant.objects.filter(pk__in=people, user__isnull=False).values_list("pk", flat=True)),
        ("a change of the details", _more_than(1, Participant.history.filter(id__in=people), "id")),
        ("a change of the sentence", _persons(Sentence.history.filter(history_type="~", **theirs))),
        ("a change of a requirement", _requirements_changed(people)),
        ("who leads the case", _led_since(rows)),
        ("an act of custody", _more_than(1, CustodyEvent.objects.filter(**theirs))),
    ]
    for relation in Participant._meta.related_objects:
        model: type[Model] = relation.related_model
        if model is not Participant and model not in MADE_WITH:
            rows_of = model._default_manager.filter(**{f"{relation.field.name}__in": people})
            checks.append((str(model._meta.verbose_name_plural), _persons(rows_of, relation.field.name)))
    found: dict[int, str] = {}
    for what, ids in checks:
        for person in ids:
            found.setdefault(person, what)
    return found


def _persons(rows: QuerySet[Any, Any], name: str = "participant") -> Iterable[int]:
    return rows.order_by().values_list(name, flat=True).distinct()


def _more_than(most: int, rows: QuerySet[Any, Any], name: str = "participant") -> Iterable[int]:
    counted = rows.order_by().values(name).annotate(number=Count("*")).filter(number__gt=most)
    return counted.values_list(name, flat=True)


def _requirements_changed(people: list[int]) -> Iterable[int]:
    of = dict(Sentence.objects.filter(participant__in=people).values_list("pk", "participant"))
    changed = Requirement.history.filter(sentence__in=list(of), history_type="~")
    return [of[sentence] for sentence in _persons(changed, "sentence")]


def _led_since(rows: Sequence[ImportedPerson]) -> Iterable[int]:
    """Whom somebody gave a practitioner, beside the one whom the file names."""
    led = Assignment.history.filter(participant__in=[row.participant_id for row in rows])
    counts = dict(led.order_by().values("participant").annotate(number=Count("*")).values_list("participant", "number"))
    return [row.participant_id for row in rows if counts.get(row.participant_id, 0) > row.before.get("led", True)]


def _put_back(row: ImportedPerson, *, by: User, now: datetime) -> str:
    """Put back each value that is still what the file said. What is kept, in words."""
    kept = []
    for entry in row.before.get("values", []):
        if not _put_back_values(entry, by=by):
            kept.append(entry["what"])
    for entry in row.before.get("made", []):
        if not _take_away(entry):
            kept.append(entry["what"])
    if not _put_back_lead(row, by=by, now=now):
        kept.append("practitioner")
    if (event := row.before.get("custody")) and not _strike(event, by=by, now=now):
        kept.append("where they are")
    return f"Changed since, and kept: {', '.join(kept)}." if kept else ""


MODELS: dict[str, type[Model]] = {
    "participant": Participant, "sentence": Sentence, "requirement": Requirement,
}  # fmt: skip


def _put_back_values(entry: dict[str, Any], *, by: User) -> bool:
    """One row: `fields` are names with what was there before and what the file said."""
    model = MODELS[entry["model"]]
    found: Any = model._default_manager.select_for_update(of=("self",)).filter(pk=entry["pk"]).first()
    if found is None:
        return False
    signs_in = {"phone", "email"} if model is Participant and found.user_id else set()
    fields = {name: pair for name, pair in entry["fields"].items() if name not in signs_in}
    ours = {name: old for name, (old, new) in fields.items() if as_kept(getattr(found, name)) == new}
    for name, old in ours.items():
        setattr(found, name, _as_field(model, name, old))
    if ours:
        save_or_refuse(found, *ours, by=by, why=WHY) if model is Participant else save_or_refuse(found, *ours, by=by)
    return len(ours) == len(entry["fields"])


def _as_field(model: type[Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]


def _take_away(entry: dict[str, Any]) -> bool:
    """A row that the import made, where nobody has changed it or hung anything on it."""
    model: Any = MODELS[entry["model"]]
    found = model._default_manager.filter(pk=entry["pk"]).first()
    if found is None or model.history.filter(id=entry["pk"]).count() > 1:
        return False
    for relation in model._meta.related_objects:
        if relation.related_model._default_manager.filter(**{relation.field.name: found}).exists():
            return False
    found.delete()
    return True


def _put_back_lead(row: ImportedPerson, *, by: User, now: datetime) -> bool:
    if not (lead := row.before.get("lead")):
        return True
    before, after = lead
    today = timezone.localdate(now)
    current = Assignment.objects.current(today).filter(participant=row.participant).first()
    if current is None or current.practitioner_id != after or before is None:
        return False
    try:
        services.assign(
            participant=row.participant, practitioner=User.objects.get(pk=before), by=by, today=today, now=now
        )
    except RuleBroken:
        return False
    return True


def _strike(event_id: int, *, by: User, now: datetime) -> bool:
    event = CustodyEvent.objects.filter(pk=event_id).first()
    try:
        if event:
            custody.strike(event=event, why=WHY, by=by, today=timezone.localdate(now), now=now)
    except RuleBroken:
        return False
    return event is not None

"""The timeline of a person: meetings and other contacts together, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, F, Value

from engagement.models import Appointment, Contact, Outcome
from engagement.models.appointments import CAME, MISSED
from people.models import Participant

A_PAGE = 20
MEETING, CONTACT = "meeting", "contact"


@dataclass(frozen=True)
class Moment:
    """One thing that happened, as the timeline shows it."""

    title: str
    at: datetime
    by: str
    text: str
    tone: str
    meeting: Appointment | None = None


def page(*, participant: Participant, now: datetime, number: str) -> Page[Any]:
    """Return one page of moments. Two queries find it, two more fill it."""
    meetings = Appointment.objects.before(now).filter(participant=participant)
    contacts = Contact.objects.filter(participant=participant)
    both = _keys(meetings, MEETING, "starts_at").union(_keys(contacts, CONTACT, "at"), all=True)
    found = Paginator(both.order_by("-moment", "-pk"), A_PAGE).get_page(number)
    found.object_list = list(_fill(list(found.object_list)))
    return found


def _keys(rows: Any, kind: str, field: str) -> Any:
    return rows.annotate(moment=F(field), what=Value(kind, CharField())).values_list("moment", "what", "pk")


def _fill(keys: list[tuple[datetime, str, int]]) -> Iterable[Moment]:
    ids = {kind: [pk for _, what, pk in keys if what == kind] for kind in (MEETING, CONTACT)}
    meetings = Appointment.objects.select_related("with_user", "recorded_by", "office").in_bulk(ids[MEETING])
    contacts = Contact.objects.select_related("by").in_bulk(ids[CONTACT])
    for _, what, pk in keys:
        yield _of_meeting(meetings[pk]) if what == MEETING else _of_contact(contacts[pk])


def _of_meeting(meeting: Appointment) -> Moment:
    how = meeting.how_it_went or "Outcome to record"
    return Moment(
        title=f"{meeting.get_kind_display()}: {how[:1].lower()}{how[1:]}",
        at=meeting.starts_at,
        by=(meeting.recorded_by or meeting.with_user).name,
        text=_text(meeting),
        tone=tone(meeting.outcome),
        meeting=meeting,
    )


def _text(meeting: Appointment) -> str:
    lines = [
        f"Asked to be moved: {meeting.cannot_come_why}" if meeting.cannot_come_why else "",
        _marked(meeting.note, meeting.sensitive),
        f"Enforcement: {meeting.get_enforcement_display().lower()}." if meeting.enforcement else "",
    ]
    return "\n".join(line for line in lines if line)


def _marked(note: str, sensitive: bool) -> str:
    return f"Sensitive. {note}" if sensitive and note else note


def _of_contact(contact: Contact) -> Moment:
    answered = "" if contact.meaningful else ", no answer"
    return Moment(
        title=f"{contact.get_kind_display()}{answered}",
        at=contact.at,
        by=contact.by.name,
        text=_marked(contact.note, contact.sensitive),
        tone="" if contact.meaningful else "quiet",
    )


def tone(outcome: str) -> str:
    if outcome in (Outcome.COMPLIED, Outcome.SENT_HOME_SERVICE):
        return "success"
    if outcome in MISSED or outcome in CAME:
        return "error"
    return "warning" if not outcome else ""

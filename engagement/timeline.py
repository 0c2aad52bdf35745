"""The timeline of a person: meetings and other contacts together, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, F, Value, When
from django.urls import reverse

from common.templatetags.kit import day
from engagement import services
from engagement.models import Appointment, Contact, Outcome, StruckNote
from engagement.models.appointments import CAME, MISSED, NOT_HELD, TO_BE_DONE
from people.access.abilities import Can, can
from people.models import Participant, User

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
    links: list[tuple[str, str]] = field(default_factory=list)  # words and address


def page(*, participant: Participant, viewer: User, now: datetime, number: str) -> Page[Any]:
    """Return one page of moments. Two queries find it, three more fill it."""
    meetings = Appointment.objects.before(now).filter(participant=participant)
    contacts = Contact.objects.filter(participant=participant)
    settled_ahead = When(starts_at__gt=now, recorded_at__isnull=False, then=F("recorded_at"))  # moved, called off
    when = Case(settled_ahead, default=F("starts_at"))
    both = _keys(meetings, MEETING, when).union(_keys(contacts, CONTACT, F("at")), all=True)
    found = Paginator(both.order_by("-moment", "-pk"), A_PAGE).get_page(number)
    found.object_list = list(_fill(list(found.object_list), viewer))
    return found


def _keys(rows: Any, kind: str, moment: Any) -> Any:
    return rows.annotate(moment=moment, what=Value(kind, CharField())).values_list("moment", "what", "pk")


def _fill(keys: list[tuple[datetime, str, int]], viewer: User) -> Iterable[Moment]:
    ids = {kind: [pk for _, what, pk in keys if what == kind] for kind in (MEETING, CONTACT)}
    meetings = Appointment.objects.select_related("with_user", "recorded_by", "enforced_by", "office").in_bulk(
        ids[MEETING]
    )
    contacts = Contact.objects.select_related("by", "struck_by").in_bulk(ids[CONTACT])
    struck = StruckNote.objects.visible_to(viewer).filter(contact__in=ids[CONTACT])
    words_struck = {note.contact_id: note.note for note in struck}
    for _, what, pk in keys:
        yield (
            _of_meeting(meetings[pk], viewer)
            if what == MEETING
            else _of_contact(contacts[pk], viewer, words_struck.get(pk, ""))
        )


def _of_meeting(meeting: Appointment, viewer: User) -> Moment:
    how = meeting.how_it_went or "Outcome to record"
    may_change = meeting.outcome and meeting.outcome not in NOT_HELD and can(viewer, Can.MEET)
    return Moment(
        title=f"{meeting.get_kind_display()}: {how[:1].lower()}{how[1:]}",
        at=meeting.starts_at,
        by=(meeting.recorded_by or meeting.with_user).name,
        text=_text(meeting),
        tone=tone(meeting.outcome),
        meeting=meeting,
        links=[("Change", reverse("engagement:appointment-outcome", args=[meeting.pk]))] if may_change else [],
    )


def _text(meeting: Appointment) -> str:
    lines = [
        f"Asked to be moved: {meeting.cannot_come_why}" if meeting.cannot_come_why else "",
        _marked(meeting.note, meeting.sensitive),
        _enforcement(meeting),
    ]
    return "\n".join(line for line in lines if line)


def _enforcement(meeting: Appointment) -> str:
    """What was decided to follow a failure, and whether it is done."""
    if not meeting.enforcement:
        return ""
    done = ""
    if meeting.enforced_on and meeting.enforced_by:
        done = f" Done {day(meeting.enforced_on)}, said {meeting.enforced_by.name}."
    elif meeting.enforcement in TO_BE_DONE:
        done = " Not done yet."
    return f"Decided: {meeting.get_enforcement_display().lower()}.{done}"


def _marked(note: str, sensitive: bool) -> str:
    return f"Sensitive. {note}" if sensitive and note else note


def _of_contact(contact: Contact, viewer: User, words_struck: str) -> Moment:
    if contact.struck_by:
        said = f"{contact.get_struck_as_display()}. Struck by {contact.struck_by.name}: {contact.struck_why}"
        return Moment(
            title=f"{contact.get_kind_display()}, struck", at=contact.at, by=contact.by.name, tone="quiet",
            text=f"{said}\nIt said: {words_struck}" if words_struck else said,
        )  # fmt: skip
    return Moment(
        title=contact.title,
        at=contact.at,
        by=contact.by.name,
        text="\n".join(filter(None, [_marked(contact.note, contact.sensitive), _corrected(contact)])),
        tone="" if contact.meaningful else "quiet",
        links=_links(contact, viewer),
    )


def _corrected(contact: Contact) -> str:
    return f"Corrected {day(contact.corrected_at)}: {contact.corrected_why}" if contact.corrected_at else ""


def _links(contact: Contact, viewer: User) -> list[tuple[str, str]]:
    acts = {"Correct": "contact-correct"} if contact.by_id == viewer.pk else {}
    acts |= {"Strike": "contact-strike"} if services.may_strike(contact, viewer) else {}
    return [(words, reverse(f"engagement:{page}", args=[contact.pk])) for words, page in acts.items()]


def tone(outcome: str) -> str:
    if outcome in (Outcome.COMPLIED, Outcome.SENT_HOME_SERVICE):
        return "success"
    if outcome in MISSED or outcome in CAME:
        return "error"
    return "warning" if not outcome else ""

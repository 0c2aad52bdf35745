"""Search the notes of meetings and contacts, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, F, Value

from engagement.models import Appointment, Contact
from people.models import Participant, User

A_PAGE = 25
AROUND = 120  # letters shown before and after the words
MEETING, CONTACT = "meeting", "contact"


@dataclass(frozen=True)
class Found:
    """A note that was found: text before the words, the words, text after."""

    person: Participant
    title: str
    at: datetime
    by: str
    before: str
    words: str
    after: str


def page(*, user: User, words: str, number: str) -> Page[Any]:
    """Return one page of notes of people whom this user sees. Two queries find it, two more fill it."""
    meetings = Appointment.objects.visible_to(user).filter(note__icontains=words)
    contacts = Contact.objects.visible_to(user).filter(note__icontains=words)
    both = _keys(meetings, MEETING, "starts_at").union(_keys(contacts, CONTACT, "at"), all=True)
    found = Paginator(both.order_by("-moment", "-pk"), A_PAGE).get_page(number)
    found.object_list = list(_fill(list(found.object_list), words))
    return found


def _keys(rows: Any, kind: str, field: str) -> Any:
    return rows.annotate(moment=F(field), what=Value(kind, CharField())).values_list("moment", "what", "pk")


def _fill(keys: list[tuple[datetime, str, int]], words: str) -> Iterable[Found]:
    ids = {kind: [pk for _, what, pk in keys if what == kind] for kind in (MEETING, CONTACT)}
    meetings = Appointment.objects.select_related("participant", "with_user").in_bulk(ids[MEETING])
    contacts = Contact.objects.select_related("participant", "by").in_bulk(ids[CONTACT])
    for moment, what, pk in keys:
        row: Any = meetings[pk] if what == MEETING else contacts[pk]
        by = row.with_user if what == MEETING else row.by
        yield Found(row.participant, row.get_kind_display(), moment, by.name, *_cut(row.note, words))


def _cut(note: str, words: str) -> tuple[str, str, str]:
    """Return the note around the words; its beginning where case folding changes lengths and hides them."""
    at = note.lower().find(words.lower())
    if at < 0:
        return "", "", note[: 2 * AROUND]
    end = at + len(words)
    before, after = note[max(0, at - AROUND) : at], note[end : end + AROUND]
    return ("…" if at > AROUND else "") + before, note[at:end], after + ("…" if len(note) > end + AROUND else "")

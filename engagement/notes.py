"""Search the notes of meetings and contacts, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from engagement.models import Appointment, Contact
from people.models import Participant, User

MOST = 25  # notes on a page
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


@dataclass(frozen=True)
class Notes:
    """Notes that were found, and back to which moment they were looked for; None where that was all there is."""

    found: list[Found]
    searched_to: datetime | None


def search(*, user: User, words: str, before: datetime | None) -> Notes:
    """Search notes of people whom this user sees, from before this moment: one query finds them, two more fill them."""
    with connection.cursor() as cursor:
        cursor.execute("select kinds, keys, searched_to from engagement_find_notes(%s, %s, %s)", [words, before, MOST])
        kinds, keys, searched_to = cursor.fetchone()
    return Notes(list(_fill(list(zip(kinds, keys, strict=True)), user, words)), searched_to)


def _fill(found: list[tuple[str, int]], user: User, words: str) -> Iterable[Found]:
    ids = {kind: [pk for what, pk in found if what == kind] for kind in (MEETING, CONTACT)}
    meetings = Appointment.objects.visible_to(user).select_related("participant", "with_user").in_bulk(ids[MEETING])
    contacts = Contact.objects.visible_to(user).select_related("participant", "by").in_bulk(ids[CONTACT])
    for what, pk in found:
        row: Any = (meetings if what == MEETING else contacts).get(pk)
        if row:
            moment, by = (row.starts_at, row.with_user) if what == MEETING else (row.at, row.by)
            yield Found(row.participant, row.get_kind_display(), moment, by.name, *_cut(row.note, words))


def _cut(note: str, words: str) -> tuple[str, str, str]:
    """Return the note around the words; its beginning where case folding changes lengths and hides them."""
    at = note.lower().find(words.lower())
    if at < 0:
        return "", "", note[: 2 * AROUND]
    end = at + len(words)
    before, after = note[max(0, at - AROUND) : at], note[end : end + AROUND]
    return ("…" if at > AROUND else "") + before, note[at:end], after + ("…" if len(note) > end + AROUND else "")

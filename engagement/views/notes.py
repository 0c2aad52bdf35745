"""Search in the notes of people whom the viewer sees."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from engagement.forms import NoteSearch
from engagement.notes import search
from people.access import access_log
from people.access.abilities import Can, actor, only
from people.access.limits import at_most


@only(Can.MEET)
@at_most("searches")
def note_search(request: HttpRequest) -> HttpResponse:
    form = NoteSearch(request.GET or None)
    notes = None
    if form.is_bound and form.is_valid():
        notes = search(user=actor(request), words=form.cleaned_data["words"], before=_before(request))
        access_log.listed(request, {found.person.pk for found in notes.found})
    return render(request, "engagement/note_search.html", {"form": form, "notes": notes})


def _before(request: HttpRequest) -> datetime | None:
    """The moment in the address, from which an earlier search goes on."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(request.GET.get("before", ""))
        if moment.tzinfo and 1 < moment.year < 9999:
            return moment
    return None

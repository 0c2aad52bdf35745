"""Search in the notes of people whom the viewer sees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from engagement import notes
from engagement.forms import NoteSearch
from people.access import access_log
from people.access.abilities import Can, actor, only
from people.access.limits import at_most


@only(Can.MEET)
@at_most("searches")
def note_search(request: HttpRequest) -> HttpResponse:
    form = NoteSearch(request.GET or None)
    page = None
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["words"]
        page = notes.page(user=actor(request), words=words, number=request.GET.get("page", ""))
        access_log.listed(request, {found.person.pk for found in page})
    return render(request, "engagement/note_search.html", {"form": form, "page": page})

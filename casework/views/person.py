"""The overview of one person, standing on every floor."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from casework.overview import overview_of
from people.access.abilities import Can, actor, get_person, only
from people.record.person_page import person_page


@only(Can.SEE_CASELOAD)
def overview(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref)
    now = timezone.now()
    today = timezone.localdate(now)
    seen = overview_of(person=person, viewer=actor(request), today=today, now=now)
    context = {"person": person, "tab": "overview", "seen": seen, "today": today}
    return person_page(request, "casework/person_overview.html", context)

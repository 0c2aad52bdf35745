"""The list of people, on a page and as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from common.spreadsheet import csv_response
from people import looks
from people.access import Can, actor, can, only
from people.forms.listing import PeopleFilter
from people.listing import listed, team_of, with_sentences
from people.models import Participant

PAGE = 25
HEADER = [
    "Name", "CRN", "Prison number", "Date of birth", "Risk", "Main sentence", "Area", "Practitioner", "In custody at",
    "Release date", "Cohort",
]  # fmt: skip


def _asked(request: HttpRequest) -> tuple[PeopleFilter, dict[str, str]]:
    """What was asked for; a practitioner who asks for nothing gets the people they lead."""
    usual = "all" if can(request.user, Can.IMPORT) else "mine"
    team = team_of(actor(request), timezone.localdate()) if can(request.user, Can.SEE_TEAM) else []
    form = PeopleFilter({"whose": usual, "sort": "name", **request.GET.dict()}, team=team)
    return form, form.asked


@only(Can.SEE_CASELOAD)
def participant_list(request: HttpRequest) -> HttpResponse:
    form, asked = _asked(request)
    today = timezone.localdate()
    people = listed(user=actor(request), asked=asked, today=today)
    page = Paginator(with_sentences(people), PAGE).get_page(request.GET.get("page"))
    looks.listed(request, [person.pk for person in page])
    rows = [{"person": person, "age": person.age_on(today)} for person in page]
    count = page.paginator.count
    context: dict[str, Any] = {
        "form": form,
        "page_obj": page,
        "rows": rows,
        "asked": asked,
        "narrowed": bool(set(asked) - {"whose", "sort"}),
        "found": f"{count:,} {'person' if count == 1 else 'people'}",
    }
    return render(request, "people/participant_list.html", context)


@only(Can.SEE_CASELOAD)
def participant_export(request: HttpRequest) -> HttpResponse:
    """The same list, all of it, as a file; everyone in it is noted as taken."""
    _, asked = _asked(request)
    people = list(with_sentences(listed(user=actor(request), asked=asked, today=timezone.localdate())))
    looks.exported(request, [person.pk for person in people])
    return csv_response("people", HEADER, map(_row, people))


def _row(person: Participant) -> list[Any]:
    sentences = person.latest_sentences  # type: ignore[attr-defined]
    return [
        person.name, person.crn, person.prison_number, person.date_of_birth, person.get_risk_band_display(),
        sentences[0] if sentences else "", person.delivery_unit, person.lead_name, person.prison, person.release_on,
        "; ".join(person.tags),
    ]  # fmt: skip

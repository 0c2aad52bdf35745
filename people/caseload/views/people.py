"""The list of people, on a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from common.heavy import heavy
from common.postgres.parts import in_parts
from common.rows import Pages
from common.spreadsheet import csv_stream
from people.access import access_log
from people.access.abilities import Can, actor, can, only
from people.access.limits import at_most
from people.caseload import list_columns
from people.caseload.forms.listing import PeopleFilter, SaveFilterForm
from people.caseload.listing import BY_NAME, Row, listed, restricted_count, rows_of, team_of, with_sentences
from people.models import Participant

PAGE = 25
FOUND = 8  # people shown while one types
LONGEST_SEARCH = 100
A_PART = 500  # people of a file that are read at once
HEADER = ["Name", "CRN", "Prison number", "Date of birth", "Age", "Risk", "New", "Sentence in short", "More sentences"]
FOOTER = ["Release date", "Practitioner", "Area", "In custody at", "Cohort"]
HEADS = [("name", "Person"), ("sentence", "Main sentence")], [("release", "Release"), ("practitioner", "Practitioner")]


def _asked(request: HttpRequest) -> tuple[PeopleFilter, dict[str, str]]:
    """What was asked for; a practitioner who asks for nothing gets the people they lead."""
    usual = "all" if can(request.user, Can.IMPORT) else "mine"
    team = team_of(actor(request), timezone.localdate()) if can(request.user, Can.SEE_TEAM) else []
    form = PeopleFilter({"whose": usual, "sort": "name", **request.GET.dict()}, team=team)
    return form, form.asked


@only(Can.SEE_CASELOAD)
@at_most("searches")
def participant_list(request: HttpRequest) -> HttpResponse:
    form, asked = _asked(request)
    now = timezone.now()
    today = timezone.localdate(now)
    people = listed(user=actor(request), asked=asked, today=today, now=now)
    page = Pages(with_sentences(people), PAGE).get_page(request.GET.get("page"))
    access_log.listed(request, [person.pk for person in page])
    count, narrowed = page.paginator.count, bool(set(asked) - {"whose", "sort"})
    # A restricted person keeps a row where everyone is listed; a search, which could tell who it is, does not show it.
    hides = asked.get("whose") == "all" and not narrowed and not page.has_next()
    context: dict[str, Any] = {
        "form": form,
        "save_form": SaveFilterForm(),
        "saved": actor(request).filters.order_by("name"),
        "page_obj": page,
        "rows": rows_of(list(page), today=today, now=now),
        "heads": _heads(request.GET, asked.get("sort", "name")),
        "asked": asked,
        "narrowed": narrowed,
        "restricted": range(restricted_count(actor(request)) if hides else 0),
        "found": f"{count:,} {'person' if count == 1 else 'people'}",
    }
    return render(request, "people/participant_list.html", context)


@only(Can.SEE_CASELOAD)
@at_most("suggestions")
def people_find(request: HttpRequest) -> HttpResponse:
    """The nearest to what was typed in the header so far: a part of a page. Sent whole, it leads to the list."""
    words, user, today = request.GET.get("q", "").strip(), actor(request), timezone.localdate()
    people: list[Participant] = []
    if 1 < len(words) <= LONGEST_SEARCH and words.isprintable():
        found = Participant.objects.matching(words, by=user, most=FOUND + 1).with_lead(today)
        people = list(found.select_related("delivery_unit", "prison").order_by(F("near"), *BY_NAME)[: FOUND + 1])
    access_log.listed(request, [person.pk for person in people[:FOUND]])
    rows = [{"person": person, "age": person.age_on(today)} for person in people[:FOUND]]
    context = {"rows": rows, "words": words, "more": len(people) > FOUND, "asked": len(words) > 1, "today": today}
    return render(request, "people/parts/found.html", context)


def _heads(given: QueryDict, sort: str) -> list[dict[str, str]]:
    """The column headings: where each leads, and which way the list is sorted by it now."""
    before, after = HEADS
    shown = [*before, *((column.key, column.title) for column in list_columns.COLUMNS), *after]
    heads = []
    for key, title in shown:
        query = given.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if sort == key else key
        sorted_now = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
        heads.append({"title": title, "href": f"?{query.urlencode()}", "sorted": sorted_now})
    return heads


@only(Can.SEE_CASELOAD)
@at_most("exports")
@heavy("GET")
def participant_export(request: HttpRequest) -> HttpResponse:
    """The same list, all of it, as a file; everyone in it is noted as taken."""
    _, asked = _asked(request)
    now = timezone.now()
    people = listed(user=actor(request), asked=asked, today=timezone.localdate(now), now=now)
    keys = list(people.values_list("pk", flat=True))
    access_log.exported(request, keys)
    header = [*HEADER, *(column.title for column in list_columns.COLUMNS), *FOOTER]

    def lines(part: Sequence[int]) -> list[list[Any]]:
        rows = rows_of(list(with_sentences(people.filter(pk__in=part))), today=timezone.localdate(now), now=now)
        return [_line(row) for row in rows]

    return csv_stream("people", header, in_parts(keys, A_PART, lines))


def _line(row: Row) -> list[Any]:
    person = row.person
    added = [_cell(cell) if cell else "" for cell in row.added]
    return [
        person.family_first, person.crn, person.prison_number, person.date_of_birth, row.age,
        person.get_risk_band_display(),
        "New" if row.is_new else "", row.sentences[0] if row.sentences else "", max(row.more, 0), *added,
        person.release_on, person.lead_name, person.delivery_unit, person.where if person.in_custody else "",
        "; ".join(person.tags),
    ]  # fmt: skip


def _cell(cell: list_columns.Cell) -> str:
    moment = f"{timezone.localtime(cell.at):%d/%m/%Y %H:%M}"
    return f"{cell.text}, {moment}" if cell.text else moment

"""What the money did, for those who put it in. No name is on these pages, and no figure about fewer than five."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from commissioning.forms import ReportForm
from commissioning.groups import published_groups
from commissioning.reports import MEASURES, REPORTS, Line, Published, Report
from common import charts
from common.heavy import heavy
from common.money import pounds
from common.spreadsheet import csv_response
from people.access.abilities import Can, only
from people.access.limits import at_most

TITLES = {
    "funder": "By funder",
    "area": "By area",
    "purpose": "By purpose",
    "month": "By month",
}
DRAWN = {
    "funder": ["paid", "committed", "left"],
    "area": ["paid"],
    "purpose": ["paid"],
    "month": ["paid"],  # what was allocated is paid later: beside it the same pounds would be counted twice
}
NOT_SHOWN = "Not shown"


@only(Can.SEE_REPORTS)
def money(request: HttpRequest) -> HttpResponse:
    """All four reports on one page, each a chart with its table beneath."""
    form = ReportForm(request.GET or None, today=timezone.localdate())
    published = Published(form.chosen())
    reports = {name: make(published) for name, make in REPORTS.items()}
    parts: list[dict[str, Any]] = [
        {
            "title": f"{TITLES[name]}: the figures",
            "report": report,
            "chart": _chart(report),
            "csv_url": _csv_url(request, name),
            "rows": _rows(report),
        }
        for name, report in reports.items()
    ]
    total = reports["funder"].total
    stats = [(label, total.cells[measure]) for measure, label in MEASURES.items() if measure in total.cells]
    context = {
        "form": form, "parts": parts, "stats": stats, "people": _people(total), "last_day": published.last_day,
        "groups": published_groups(), "funders": sorted(published.funders.items(), key=lambda each: each[1]),
    }  # fmt: skip
    return render(request, "commissioning/money.html", context)


@only(Can.SEE_REPORTS)
@at_most("exports")
@heavy("GET")
def money_csv(request: HttpRequest, name: str) -> HttpResponse:
    """One report as a file, with the same figures left out as on the page."""
    if name not in REPORTS:
        raise Http404
    form = ReportForm(request.GET or None, today=timezone.localdate())
    header, *rows = _rows(REPORTS[name](Published(form.chosen())), plain=True)
    return csv_response(f"good-lives-money-by-{name}", header, rows)


def _people(line: Line) -> str:
    return NOT_SHOWN if line.people is None else f"about {line.people}"


def _csv_url(request: HttpRequest, name: str) -> str:
    query = request.GET.urlencode()
    return reverse("commissioning:money-csv", args=[name]) + (f"?{query}" if query else "")


def _chart(report: Report) -> charts.Chart | None:
    if not report.lines:
        return None
    draw = charts.columns if report.name == "month" else charts.bars
    series = {MEASURES[m]: [line.cells[m] for line in report.lines] for m in DRAWN[report.name]}
    labels = [line.name for line in report.lines]
    return draw(title=f"{TITLES[report.name]}: pounds", of=report.of, labels=labels, series=series, gap=NOT_SHOWN)


def _rows(report: Report, *, plain: bool = False) -> list[list[str]]:
    """The table as words: a header, a row each, the total. `plain`: sums as numbers, for a spreadsheet."""

    def say(pence: int | None) -> str:
        return NOT_SHOWN if pence is None else f"{pence / 100:.2f}" if plain else pounds(pence)

    counted = any(line.people for line in report.lines)
    header = [report.of, *(MEASURES[m] for m in report.measures), *(["People"] if counted else [])]
    body = [
        [line.name + line.note, *(say(line.cells[m]) for m in report.measures), *([_people(line)] if counted else [])]
        for line in [*report.lines, report.total]
    ]
    return [header, *body]

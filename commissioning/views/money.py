"""What the money did, for those who put it in. No name is on these pages, and no count under five."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from commissioning.forms import ReportForm
from commissioning.reports import MEASURES, REPORTS, Report
from common import charts
from common.heavy import heavy
from common.money import pounds
from common.postgres.actor import SYSTEM, acting_as
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
    "area": ["paid", "committed", "left"],
    "purpose": ["paid", "committed"],
    "month": ["allocated", "paid"],
}
NOT_SHOWN = "Not shown"  # a row may be hidden for another's sake, so no number is given


@only(Can.SEE_REPORTS)
@acting_as(SYSTEM)  # sums over everyone, with no names
def money(request: HttpRequest) -> HttpResponse:
    """All four reports on one page, each a chart with its table beneath."""
    form = ReportForm(request.GET or None, today=timezone.localdate())
    chosen = form.chosen()
    parts: list[dict[str, Any]] = []
    for name, report in REPORTS.items():
        made = report(**chosen)
        parts.append(
            {
                "title": f"{TITLES[name]}: the figures",
                "report": made,
                "chart": _chart(made),
                "csv_url": _csv_url(request, name),
                "rows": _rows(made),
            }
        )
    total = parts[0]["report"].total
    stats = [(label, total.cells[measure]) for measure, label in MEASURES.items()]
    return render(
        request, "commissioning/money.html", {"form": form, "parts": parts, "stats": stats, "people": total.people}
    )


@only(Can.SEE_REPORTS)
@at_most("exports")
@heavy("GET")
@acting_as(SYSTEM)  # sums over everyone, with no names
def money_csv(request: HttpRequest, name: str) -> HttpResponse:
    """One report as a file, with the same figures left out as on the page."""
    if name not in REPORTS:
        raise Http404
    form = ReportForm(request.GET or None, today=timezone.localdate())
    report = REPORTS[name](**form.chosen())
    header, *rows = _rows(report, plain=True)
    return csv_response(f"good-lives-money-by-{name}", header, rows)


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

    header = [report.of, "People", *(MEASURES[m] for m in report.measures)]
    body = [
        [
            line.name,
            NOT_SHOWN if line.people is None else str(line.people),
            *(say(line.cells[m]) for m in report.measures),
        ]
        for line in [*report.lines, report.total]
    ]
    return [header, *body]

"""A funder's statement: to read, to print, and as a file. For commissioners of every funder; for a funder its own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from budgets.models import Funder, FunderReader, Pot
from commissioning import statement_pdf
from commissioning.forms import StatementForm
from commissioning.statements import Statement, statement
from common.heavy import heavy
from common.postgres.actor import SYSTEM, acting_as
from common.spreadsheet import csv_response
from people.access.abilities import Can, actor, can, only
from people.access.limits import at_most
from people.record.views.documents import attachment

FILE = "good-lives-statement"


def _mine(request: HttpRequest) -> QuerySet[Funder]:
    """The funders whose statements the viewer reads."""
    readers = FunderReader.objects.current(timezone.localdate()).filter(user=actor(request))
    return Funder.objects.filter(pk__in=readers.values("funder")).order_by("name", "pk")


def _chosen(request: HttpRequest) -> StatementForm:
    return StatementForm(request.GET or None, today=timezone.localdate())


@acting_as(SYSTEM)  # sums over everyone, with no names
def _page(request: HttpRequest, funder: Funder, *, own: bool) -> HttpResponse:
    form = _chosen(request)
    pots = Pot.objects.filter(funder=funder).select_related("fund__programme").with_areas().with_received()
    context: dict[str, Any] = {
        "funder": funder, "form": form, "statement": _figures(request, funder), "own": own,
        "pots": pots.order_by("opened_on", "pk"), "query": request.GET.urlencode(),
        "may_name": can(request.user, Can.KEEP_BOOKS),
        "csv_name": f"commissioning:{'my-' if own else ''}statement-csv",
        "pdf_name": f"commissioning:{'my-' if own else ''}statement-pdf",
    }  # fmt: skip
    return render(request, "commissioning/statement.html", context)


@acting_as(SYSTEM)  # the same
def _figures(request: HttpRequest, funder: Funder) -> Statement | None:
    return statement(funder, _chosen(request).chosen().year)


def _csv(request: HttpRequest, funder: Funder) -> HttpResponse:
    found = _figures(request, funder)
    rows = [[name, f"{pence / 100:.2f}"] for name, pence in lines(found)]
    return csv_response(FILE, ["Line", "Pounds"], rows)


def _pdf(request: HttpRequest, funder: Funder) -> HttpResponse:
    found = _figures(request, funder)
    data = statement_pdf.draw(funder, found, lines(found), today=timezone.localdate())
    return attachment(data, "application/pdf", f"{FILE}.pdf")


@only(Can.SEE_REPORTS)
def funder_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one funder's money in a year, and what it promised on which terms."""
    return _page(request, get_object_or_404(Funder, pk=pk), own=False)


@only(Can.SEE_REPORTS)
@at_most("exports")
@heavy("GET")
def funder_statement_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same figures as a file, a line each."""
    return _csv(request, get_object_or_404(Funder, pk=pk))


@only(Can.SEE_REPORTS)
@at_most("exports")
@heavy("GET")
def funder_statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same figures on a page to print."""
    return _pdf(request, get_object_or_404(Funder, pk=pk))


@only(Can.SEE_STATEMENTS)
def my_statements(request: HttpRequest) -> HttpResponse:
    """The funders for whom one reads; where it is one, its statement."""
    mine = list(_mine(request))
    if len(mine) == 1:
        return redirect("commissioning:my-statement", mine[0].pk)
    return render(request, "commissioning/my_statements.html", {"funders": mine})


@only(Can.SEE_STATEMENTS)
def my_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the money of the funder for whom one reads."""
    return _page(request, get_object_or_404(_mine(request), pk=pk), own=True)


@only(Can.SEE_STATEMENTS)
@at_most("exports")
@heavy("GET")
def my_statement_csv(request: HttpRequest, pk: int) -> HttpResponse:
    return _csv(request, get_object_or_404(_mine(request), pk=pk))


@only(Can.SEE_STATEMENTS)
@at_most("exports")
@heavy("GET")
def my_statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _pdf(request, get_object_or_404(_mine(request), pk=pk))


def lines(found: Statement | None) -> list[tuple[str, int]]:
    """Each line of a statement with its pence. Where too few people had money it is what the funder gave alone."""
    if found is None:
        return []
    gave = [("Put in", found.put_in), ("Given back", -found.given_back)]
    if found.purposes is None:
        return gave
    return [
        ("Not used yet at the start", found.before),
        ("Set aside at the start", found.aside_before),
        *gave,
        *((f"Paid: {purpose}", -pence) for purpose, pence in found.purposes.items()),
        ("Set aside at the end", found.aside),
        ("Not used yet at the end", found.left),
    ]

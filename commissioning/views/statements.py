"""A funder's statement: to read, to print, and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from budgets.models import Funder, Pot
from commissioning.forms import StatementForm
from commissioning.statements import Statement, statement
from common.heavy import heavy
from common.postgres.actor import SYSTEM, acting_as
from common.spreadsheet import csv_response
from people.access.abilities import Can, only
from people.access.limits import at_most


@only(Can.SEE_REPORTS)
@acting_as(SYSTEM)  # sums over everyone, with no names
def funder_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one funder's money in a year, and what it promised on which terms."""
    funder = get_object_or_404(Funder, pk=pk)
    form = StatementForm(request.GET or None, today=timezone.localdate())
    pots = Pot.objects.filter(funder=funder).select_related("fund__programme").with_areas().with_received()
    context = {
        "funder": funder, "form": form, "statement": statement(funder, form.chosen().year),
        "pots": pots.order_by("opened_on", "pk"), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "commissioning/statement.html", context)


@only(Can.SEE_REPORTS)
@at_most("exports")
@heavy("GET")
def funder_statement_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same figures as a file, a line each."""
    funder = get_object_or_404(Funder, pk=pk)
    found = statement(funder, StatementForm(request.GET or None, today=timezone.localdate()).chosen().year)
    rows = [[name, f"{pence / 100:.2f}"] for name, pence in lines(found)]
    return csv_response("good-lives-statement", ["Line", "Pounds"], rows)


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

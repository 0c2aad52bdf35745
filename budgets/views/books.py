"""The books: accounting periods, what waits for a second person, and what the nightly check found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import book_items, differences, exceptions, periods
from budgets.forms.funds import NoteForm, PeriodForm
from budgets.models import AccountingPeriod, LedgerDifference
from common.models import Heartbeat
from common.submitting import form_page, press
from people.access.abilities import Can, actor, can, only

PARTS = {
    "books": "Books", "exceptions": "Exceptions", "pay-runs": "Pay runs", "payee-accounts": "Bank details",
    "bank": "Bank statements",
}  # fmt: skip
CHECK = "verify_ledger"  # the nightly job's name (rehab/night.py)
CHECKED_WITHIN = timedelta(hours=26)  # a night, and two hours for it to be done in
HERE = reverse_lazy("budgets:books")


def parts(here: str) -> list[dict[str, Any]]:
    """Links between the pages of finance."""
    return [{"text": text, "href": reverse(f"budgets:{name}"), "current": name == here} for name, text in PARTS.items()]


@only(Can.SEE_FUNDS)
def books(request: HttpRequest) -> HttpResponse:
    """The accounts by period, what waits, and whether the books add up."""
    now = timezone.now()
    people = ("opening_asked_by", "opened_by", "closing_asked_by", "closed_by")
    context = {
        "periods": AccountingPeriod.objects.select_related(*people).order_by("-starts_on"),
        "items": book_items.of_the_books(user=actor(request), today=timezone.localdate(now)),
        "differences": LedgerDifference.objects.current().select_related("looked_into_by").order_by("found_at", "pk"),
        "check": Heartbeat.objects.filter(pk=CHECK, beat_at__gte=now - CHECKED_WITHIN).first(),
        "today": timezone.localdate(now),
        "may_keep": can(request.user, Can.KEEP_BOOKS),
        "next_starts_on": periods.next_starts_on(),
        "parts": parts("books"),
    }
    return render(request, "budgets/staff/books.html", context)


@only(Can.KEEP_BOOKS)
def exception_list(request: HttpRequest) -> HttpResponse:
    """What is not as it should be with the money of all funds, and since when."""
    today = timezone.localdate()
    found = [(row, (today - row.since).days) for row in exceptions.rows(today)]
    return render(request, "budgets/finance/exceptions.html", {"rows": found, "parts": parts("exceptions")})


@only(Can.KEEP_BOOKS)
def period_open(request: HttpRequest) -> HttpResponse:
    """Ask a second person to open the next accounts."""
    starts_on = periods.next_starts_on()
    form = PeriodForm(request.POST or None, initial={"ends_on": periods.year_of(starts_on)[1]})
    return form_page(
        request, form=form, said="A second finance officer has to agree. It is on their list.", to=str(HERE),
        act=lambda ends_on: periods.ask_to_open(ends_on=ends_on, by=actor(request), now=timezone.now()),
        template="budgets/staff/period_open.html", context={"starts_on": starts_on},
    )  # fmt: skip


def _press(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponse:
    period = get_object_or_404(AccountingPeriod, pk=pk)
    return press(request, lambda: act(period), said=said, to=str(HERE))


@only(Can.KEEP_BOOKS)
@require_POST
def period_agree_to_open(request: HttpRequest, pk: int) -> HttpResponse:
    by, now = actor(request), timezone.now()
    return _press(request, pk, lambda each: periods.agree_to_open(period=each, by=by, now=now), "They are open.")


@only(Can.KEEP_BOOKS)
@require_POST
def period_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _press(request, pk, lambda each: periods.cancel_opening(period=each), "Taken back. They are not open.")


@only(Can.KEEP_BOOKS)
@require_POST
def period_close(request: HttpRequest, pk: int) -> HttpResponse:
    by, now = actor(request), timezone.now()
    today = timezone.localdate(now)
    return _press(
        request, pk, lambda each: periods.ask_to_close(period=each, by=by, today=today, now=now),
        "A second finance officer has to agree. It is on their list.",
    )  # fmt: skip


@only(Can.KEEP_BOOKS)
@require_POST
def period_leave_open(request: HttpRequest, pk: int) -> HttpResponse:
    by = actor(request)
    return _press(request, pk, lambda each: periods.leave_open(period=each, by=by), "They stay open.")


@only(Can.KEEP_BOOKS)
@require_POST
def period_agree_to_close(request: HttpRequest, pk: int) -> HttpResponse:
    by, now = actor(request), timezone.now()
    return _press(request, pk, lambda each: periods.agree_to_close(period=each, by=by, now=now), "They are closed.")


@only(Can.KEEP_BOOKS)
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one found about a difference."""
    found = get_object_or_404(LedgerDifference, pk=pk)
    return form_page(
        request, form=NoteForm(request.POST or None, initial={"note": found.note}),
        act=lambda note: differences.note(difference=found, note=note, by=actor(request), now=timezone.now()),
        said="Noted.", to=str(HERE), template="budgets/staff/difference.html", context={"difference": found},
    )  # fmt: skip

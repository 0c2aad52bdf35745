"""Pages of transfers: a manager chooses people by name, an administrator transfers the whole caseload unseen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.submitting import done, press
from people.access import access_log
from people.access.abilities import Can, actor, can, only
from people.caseload import reallocation
from people.caseload.forms.reallocation import CaseloadForm
from people.models import Transfer, User


@only(Can.TRANSFER_CASELOAD)
def caseload_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    giver, by, now = get_object_or_404(User, pk=pk), actor(request), timezone.now()
    today = timezone.localdate(now)
    if not reallocation.may_transfer(by=by, of=giver, today=today):
        raise Http404("There is no such practitioner in your team.")
    people = _shown(request, giver, today)
    form = CaseloadForm(request.POST or None, of=giver, people=people, today=today)

    def act(which: str = "all", people: Collection[Any] = (), **given: Any) -> None:
        ids = _chosen(form, giver, by, today) if which == "all" else [person.pk for person in people]
        made = reallocation.transfer(from_user=giver, people_ids=ids, by=by, today=today, now=now, **given)
        access_log.changed(request, ids)
        messages.success(request, _said(made))

    if request.method == "POST" and done(form, act):
        return redirect(_url(giver.pk, whole=people is None))
    count = reallocation.size(of=giver, today=today) if people is None else people.count()
    context = {"giver": giver, "form": form, "count": count, "named": people is not None}
    return render(request, "people/caseload_transfer.html", context)


def _shown(request: HttpRequest, giver: User, today: date) -> Any:
    """The people by name, noted as listed; None for those who hand over unseen."""
    if can(request.user, Can.MANAGE_ACCOUNTS):
        return None
    people = reallocation.caseload(of=giver, for_user=actor(request), today=today)
    access_log.listed(request, people.values_list("pk", flat=True))
    return people


def _chosen(form: CaseloadForm, giver: User, by: User, today: date) -> list[int]:
    if "people" not in form.fields:
        return reallocation.whole_caseload(of=giver, today=today)
    return list(reallocation.caseload(of=giver, for_user=by, today=today).values_list("pk", flat=True))


def _said(made: Transfer) -> str:
    count = "1 person" if made.people_count == 1 else f"{made.people_count} people"
    untold = reallocation.untold(made)
    more = f" {untold} of them have no phone or e-mail with us: tell them yourself." if untold else ""
    if made.done_at:
        return f"{count} handed over to {made.to_user.name}, and told.{more}"
    return f"{count} will be handed over to {made.to_user.name} on that day, and told then.{more}"


@only(Can.TRANSFER_CASELOAD)
@require_POST
def transfer_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = actor(request), timezone.now()
    planned = reallocation.planned_for(user=user, today=timezone.localdate(now))
    transfer = get_object_or_404(planned, pk=pk)
    return press(
        request,
        lambda: reallocation.cancel(transfer=transfer, by=user, now=now),
        said="The hand-over is cancelled. Nobody was told of it.",
        to=_url(transfer.from_user_id, whole=can(user, Can.MANAGE_ACCOUNTS)),
    )


def _url(giver_id: int, *, whole: bool) -> str:
    """Who keeps accounts goes back to the account, a manager to the team."""
    return reverse("people:account-detail", args=[giver_id]) if whole else places.url_of("team")

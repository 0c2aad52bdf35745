"""Pages of transfers: a manager chooses people by name, an administrator asks for the whole caseload unseen."""

from __future__ import annotations

import hashlib
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
from common.forms import Form
from common.idempotency import FIELD
from common.submitting import done, press
from people import services
from people.access import access_log
from people.access.abilities import Can, actor, can, only
from people.caseload import reallocation
from people.caseload.forms.reallocation import CaseloadForm
from people.models import Participant, Transfer, User

NOT_SENT_AGAIN = {"csrfmiddlewaretoken", FIELD, "confirmed", "back"}


@only(Can.TRANSFER_CASELOAD)
def caseload_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whom, to whom and when; show what would happen; and do it once that was confirmed."""
    giver, by, now = get_object_or_404(User, pk=pk), actor(request), timezone.now()
    today = timezone.localdate(now)
    if not reallocation.may_transfer(by=by, of=giver, today=today):
        raise Http404("There is no such practitioner in your team.")
    people = _shown(request, giver, today)
    form = CaseloadForm(request.POST or None, of=giver, people=people, today=today)

    def act(which: str = "all", people: Collection[Any] = (), **given: Any) -> None:
        ids = _ids(form, giver, by, today)
        made = reallocation.transfer(from_user=giver, people_ids=ids, by=by, today=today, now=now, **given)
        access_log.changed(request, ids)
        messages.success(request, _said(made, ids))

    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        ids = _ids(form, giver, by, today)
        if request.POST.get("confirmed") != _digest(form, ids):
            return _confirm(request, form, giver, ids, named=people is not None)
        if done(form, act):
            return redirect(_url(giver.pk, whole=people is None))
    count = reallocation.size(of=giver, today=today) if people is None else people.count()
    context = {"giver": giver, "form": form, "count": count, "named": people is not None}
    return render(request, "people/caseload_transfer.html", context)


def _shown(request: HttpRequest, giver: User, today: date) -> Any:
    """The people by name, noted as listed; None for those who hand over unseen."""
    if can(request.user, Can.MANAGE_ACCOUNTS):
        return None
    people = reallocation.caseload(of=giver, for_user=actor(request), today=today)
    keys = list(people.values_list("pk", flat=True))  # asked once for all that the page shows of them
    access_log.listed(request, keys)
    return Participant.objects.filter(pk__in=keys).order_by("family_name", "given_name", "pk")


def _ids(form: CaseloadForm, giver: User, by: User, today: date) -> list[int]:
    """Whom the form names: those ticked, or everyone."""
    if "people" not in form.fields:
        return reallocation.whole_caseload(of=giver, today=today)
    if form.cleaned_data["which"] == "some":
        return sorted(person.pk for person in form.cleaned_data["people"])
    return sorted(reallocation.caseload(of=giver, for_user=by, today=today).values_list("pk", flat=True))


def _digest(form: CaseloadForm, ids: list[int]) -> str:
    """What is confirmed: these people, to this practitioner, from this day, in these words."""
    given = form.cleaned_data
    what = [ids, given["to_user"].pk, given["starts_on"].isoformat(), given["note"]]
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _confirm(request: HttpRequest, form: CaseloadForm, giver: User, ids: list[int], *, named: bool) -> HttpResponse:
    """Show who moves, and who will be told what and when."""
    given = form.cleaned_data
    people = Participant.objects.visible_to(actor(request)).filter(pk__in=ids) if named else Participant.objects.none()
    context = {
        "giver": giver, "to_user": given["to_user"], "starts_on": given["starts_on"], "named": named,
        "people": people.order_by("family_name", "given_name", "pk"), "count": len(ids),
        "at_once": given["starts_on"] == timezone.localdate(), "untold": services.untold(ids),
        "words": reallocation.in_full(given["note"], starts_on=given["starts_on"], to_user=given["to_user"]),
        "sent": [(name, value) for name in request.POST if name not in NOT_SENT_AGAIN
                 for value in request.POST.getlist(name)],
        "digest": _digest(form, ids), "seen_before": "confirmed" in request.POST,
    }  # fmt: skip
    return render(request, "people/caseload_transfer_confirm.html", context)


def _said(made: Transfer, ids: Collection[int]) -> str:
    moved = made.people_count - (made.left_out or 0)
    count = "1 person" if moved == 1 else f"{moved} people"
    more = services.tell_yourself(ids)
    if made.left_out:
        more += f" {made.left_out} had another lead in the meantime, and stayed."
    if made.done_at:
        return f"{count} handed over to {made.to_user.name}, and told.{more}"
    if made.agreed_at is None:
        return f"You have asked. {made.from_user.name} or their manager has to agree; nobody else is told until then."
    return f"{count} will be handed over to {made.to_user.name} on that day, and told then.{more}"


@only(Can.TRANSFER)
def transfer_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever leads these people, or their manager, sees who would move and agrees; or cancels."""
    by, now = actor(request), timezone.now()
    today = timezone.localdate(now)
    transfer = get_object_or_404(reallocation.to_agree(user=by, today=today), pk=pk)
    people = reallocation.people_of(transfer, for_user=by, today=today)
    access_log.listed(request, people.values_list("pk", flat=True))
    form = Form(request.POST if request.method == "POST" else None)

    def act() -> None:
        if request.POST.get("answer") == "no":
            reallocation.cancel(transfer=transfer, by=by, now=now)
            messages.success(request, f"You said no. {transfer.planned_by.name} is told.")
            return
        ids = [person.pk for person in people]
        made = reallocation.agree(transfer=transfer, by=by, today=today, now=now)
        access_log.changed(request, ids)
        messages.success(request, _said(made, ids))

    if done(form, act):
        return redirect(places.url_of("home"))
    context = {
        "transfer": transfer, "people": people, "form": form, "untold": services.untold([p.pk for p in people]),
        "words": reallocation.in_full(transfer.note, starts_on=transfer.starts_on, to_user=transfer.to_user),
        "at_once": transfer.starts_on <= today,
    }  # fmt: skip
    return render(request, "people/transfer_agree.html", context)


@only(Can.TRANSFER_CASELOAD)
@require_POST
def transfer_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = actor(request), timezone.now()
    planned = reallocation.planned_for(user=user, today=timezone.localdate(now))
    transfer = get_object_or_404(planned, pk=pk)
    return press(
        request,
        lambda: reallocation.cancel(transfer=transfer, by=user, now=now),
        said="The hand-over is cancelled. None of the people was told of it.",
        to=_url(transfer.from_user_id, whole=can(user, Can.MANAGE_ACCOUNTS)),
    )


def _url(giver_id: int, *, whole: bool) -> str:
    """Who keeps accounts goes back to the account, a manager to the team."""
    return reverse("people:account-detail", args=[giver_id]) if whole else places.url_of("team")

"""Answering a request to hand a case over; taking one's own back; noting that it was declined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.postgres.actor import SYSTEM, acting_as
from common.submitting import done, press
from people.access import access_log
from people.access.abilities import Can, actor, only, open_record
from people.models import HandoverRequest, Participant
from people.record import handovers
from people.record.forms.person import HandoverAnswerForm

ASKED = {"yes": "Yes, hand over", "no": "No"}
ON_RELEASE = {"yes": "Yes, I take over", "no": "No, I cannot take over"}


def _opened(request: HttpRequest, pk: int) -> tuple[HandoverRequest, bool]:
    """Return a request, and whether the viewer sees the person too. Who is to take over on release may not yet."""
    user = actor(request)
    with acting_as(SYSTEM):
        rows = HandoverRequest.objects.visible_to(user).select_related("participant", "to", "asked_by", "answered_by")
        found = get_object_or_404(rows, pk=pk)
        seen = Participant.objects.visible_to(user).filter(pk=found.participant_id).exists()
    if seen:
        open_record(request, found.participant)
    else:
        access_log.listed(request, [found.participant_id])
    return found, seen


@only(Can.TRANSFER)
def handover_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks, for whom and why; and an answer, for whoever may give it."""
    (found, seen), now = _opened(request, pk), timezone.now()
    today, by = timezone.localdate(now), actor(request)
    form = HandoverAnswerForm(request.POST or None, **(ON_RELEASE if found.release_id else ASKED))

    def act(answer: str, reason: str) -> None:
        if answer == "YES":
            handovers.agree(request=found, by=by, today=today, now=now)
            told = handovers.who_is_told(found.participant)
            messages.success(request, f"{found.to.name} leads the case now. {told}")
        else:
            handovers.decline(request=found, reason=reason, by=by, today=today, now=now)
            messages.success(request, f"You said no. {found.asked_by.name} is told.")

    if request.method == "POST" and done(form, act):
        return redirect(places.url_of("home"))
    context = {"asked": found, "seen": seen, "form": form}
    with acting_as(SYSTEM):  # who is to take over on release does not see the person yet
        context["may_answer"] = handovers.may_answer(user=by, request=found, today=today)
    return render(request, "people/handover_request.html", context)


@only(Can.TRANSFER)
@require_POST
def handover_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _by_who_asked(request, pk, handovers.withdraw, said="You have taken it back.")


@only(Can.TRANSFER)
@require_POST
def handover_noted(request: HttpRequest, pk: int) -> HttpResponse:
    return _by_who_asked(request, pk, handovers.note_declined, said="Noted. It is off your list.")


def _by_who_asked(request: HttpRequest, pk: int, act: Callable[..., Any], *, said: str) -> HttpResponse:
    """Do what whoever asked does to their own request with one button."""
    found, _ = _opened(request, pk)
    asker, now = actor(request), timezone.now()
    return press(request, lambda: act(request=found, by=asker, now=now), said=said, to=places.url_of("home"))

"""Asking to take a file out, and a second person's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.postgres.actor import as_service
from common.submitting import done
from people.access import restrictions
from people.access.abilities import Can, actor, can, only
from people.models import ExportRequest, Participant, SubjectAccess
from people.record.forms.person import HandoverAnswerForm
from people.rights import exports
from people.rights.forms import ExportForm
from people.rights.views.data import whole
from people.rights.views.dpo import for_everyone

ANSWERS = {"yes": "Yes, they may take it", "no": "No"}


@for_everyone(Can.SEE_AUDIT)
def export_ask(request: HttpRequest) -> HttpResponse:
    """Why a file is to be taken out: these lines of the audit, or the copy of `access`."""
    asked = request.GET.copy()
    access = _access(request, asked.pop("access", [""])[-1])
    asked.pop("export", None)
    if person := Participant.objects.filter(crn=asked.get("crn", "").upper()).first():
        restrictions.refuse_excluded(actor(request), person.pk)
    form, made = ExportForm(request.POST or None), []

    def act(why: str) -> None:
        given: dict[str, Any] = {"why": why, "by": actor(request), "now": timezone.now()}
        if access:
            made.append(exports.ask(what="COPY", access=access, **given))
        else:
            made.append(exports.ask(what="AUDIT", query=asked.urlencode()[:1000], **given))

    if request.method == "POST" and done(form, act):
        messages.success(request, "You have asked. Whoever may agree is told.")
        return redirect("people:export-request", made[0].pk)
    return render(request, "people/export_ask.html", {"form": form, "access": access})


def _access(request: HttpRequest, key: str) -> SubjectAccess | None:
    if not key:
        return None
    access = get_object_or_404(SubjectAccess.objects.defer("bundle").select_related("participant"), pk=whole(key))
    restrictions.refuse_excluded(actor(request), access.participant_id)
    return access


@only(Can.AGREE_TO_EXPORT)
def export_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks for which file and why; and the answer, for whoever else may give it."""
    now, by = timezone.now(), actor(request)
    with as_service():
        asked = ExportRequest.objects.select_related("asked_by", "answered_by").filter(pk=pk).first()
    if asked is None:
        raise Http404
    form = HandoverAnswerForm(request.POST or None, **ANSWERS)

    def act(answer: str, reason: str) -> None:
        if answer == "YES":
            exports.agree(request=asked, by=by, now=now)
            messages.success(request, f"You agreed. {asked.asked_by.name} may take it within a week.")
        else:
            exports.decline(request=asked, reason=reason, by=by, now=now)
            messages.success(request, f"You said no. {asked.asked_by.name} is told.")

    if request.method == "POST" and done(form, act):
        return redirect("people:export-request", asked.pk)
    with as_service():
        usable = ExportRequest.objects.usable(by, now).filter(pk=pk).exists()
    context = {
        "asked": asked, "form": form, "usable": usable, "may_answer": asked.state == "WAITING" and by != asked.asked_by,
        "officer": can(by, Can.SEE_AUDIT),
    }  # fmt: skip
    return render(request, "people/export_request.html", context)

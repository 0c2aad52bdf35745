"""Asking to take a file out, and a second person's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from common.postgres.actor import as_service
from common.submitting import done
from people.access import restrictions
from people.access.abilities import Can, actor, can, only
from people.models import ExportRequest, Participant, SubjectAccess
from people.record.forms.person import HandoverAnswerForm
from people.rights import audit, exports
from people.rights.forms import KINDS, AuditFilter, ExportForm
from people.rights.views.data import whole
from people.rights.views.dpo import for_everyone

ANSWERS = {"yes": "Yes, they may take it", "no": "No"}


@for_everyone(Can.SEE_AUDIT)
def export_ask(request: HttpRequest) -> HttpResponse:
    """Why a file is to be taken out: these lines of the audit, or the copy of `access`."""
    asked = request.GET.copy()
    access = _access(request, asked.pop("access", [""])[-1])
    asked.pop("export", None)
    if not access and (wrong := _what_is_wrong(AuditFilter(asked))):
        messages.error(request, wrong)
        return redirect(f"{reverse('people:audit')}?{asked.urlencode()}")
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


def _what_is_wrong(search: AuditFilter) -> str:
    """What keeps a search of the audit from being taken out: an error, or a CRN that is nobody's."""
    if not search.is_valid():
        return "Correct what you searched for, then ask for the file."
    crn = search.asked.get("crn")
    if crn and not Participant.objects.filter(crn=crn).exists():
        return "Nobody has that CRN. Check it, then ask for the file."
    return ""


def _lines_in_words(asked: ExportRequest) -> list[str]:
    """What lines of the audit are asked for, without saying about whom."""
    search = AuditFilter(QueryDict(asked.query)).asked
    said = ["About one person" if search.get("crn") else "About everyone"]
    days = {"since": "From", "until": "Until"}
    said += [f"{words} {search[name]:%-d %B %Y}" for name, words in days.items() if search.get(name)]
    if not search.get("since"):
        said.append(f"Of {audit.USUAL_DAYS} days, to the last day or the day it is taken")
    if kind := search.get("kind"):
        said.append(f"Only: {dict(KINDS)[kind].lower()}")
    if viewer := search.get("viewer"):
        said.append(f"By: {viewer}")
    if page := search.get("page_name"):
        said.append(f"On pages with “{page}” in their name")
    return said


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
        "officer": can(by, Can.SEE_AUDIT), "lines": _lines_in_words(asked) if asked.what == "AUDIT" else [],
    }  # fmt: skip
    return render(request, "people/export_request.html", context)

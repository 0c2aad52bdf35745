"""Copies, holds and removals, for the data-protection officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import registry
from common.errors import RuleBroken
from people import looks
from people.access import Can, actor
from people.forms.rights import DataRequestForm, HoldForm, LiftForm, RuleForm
from people.models import Document, LegalHold, SubjectAccess, SubjectPassage
from people.rights import bundles, retention
from people.views.acting import done
from people.views.documents import attachment
from people.views.officer import for_everyone

PAGE = 25
SHOWN = 50


@for_everyone(Can.ANSWER_FOR_DATA)
def data_requests(request: HttpRequest) -> HttpResponse:
    rows = SubjectAccess.objects.defer("bundle").select_related("participant").order_by("-asked_on", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    looks.audited(request, [row.participant_id for row in page])
    return render(request, "people/data_requests.html", {"page_obj": page, "today": timezone.localdate()})


@for_everyone(Can.ANSWER_FOR_DATA)
def data_request_new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = DataRequestForm(request.POST or None, today=timezone.localdate(now))
    made: list[SubjectAccess] = []

    def put_down(crn: Any, asked_on: Any) -> None:
        made.append(bundles.open_access(participant=crn, asked_on=asked_on, by=actor(request), now=now))
        looks.audited(request, [crn.pk])

    if request.method == "POST" and done(form, put_down):
        return redirect("people:data-request", made[0].pk)
    return render(request, "people/data_request_new.html", {"form": form})


def _access(request: HttpRequest, pk: int) -> SubjectAccess:
    access = get_object_or_404(SubjectAccess.objects.defer("bundle").select_related("participant", "made_by"), pk=pk)
    looks.audited(request, [access.participant_id])
    return access


@for_everyone(Can.ANSWER_FOR_DATA)
def data_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Each passage by or about others, to keep or to take out; then the bundle."""
    access, now = _access(request, pk), timezone.now()
    texts = bundles.gather(access=access)
    answer = request.POST.get("answer", "")
    if request.method == "POST":
        key = request.POST.get("passage", "")
        passage = get_object_or_404(
            access.passages, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
        )
        if answer in SubjectPassage.Answer.values:
            bundles.answer(passage=passage, answer=answer, by=actor(request), now=now)
            return redirect(f"{request.path}#p{passage.pk}")
        messages.error(request, "Choose to keep the passage or to take it out.")
    there = [
        p for p in access.passages.select_related("answered_by").order_by("place", "pk") if (p.place, p.digest) in texts
    ]
    waiting = [p for p in there if not p.answer]
    page = Paginator([*waiting, *(p for p in there if p.answer)], SHOWN).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "waiting": len(waiting),
        "page_obj": page,
        "rows": [(p, place_in_words(p.place), texts[p.place, p.digest]) for p in page],
    }
    return render(request, "people/data_request.html", context)


def place_in_words(place: str) -> str:
    """ "engagement.Contact.note" → "Meetings and contacts: contact, note"."""
    label, _, name = place.rpartition(".")
    line = registry.of(label)
    if line is None:
        return place
    column = line.model._meta.get_field(name)
    return f"{line.section}: {line.model._meta.verbose_name}, {getattr(column, 'verbose_name', name)}"


@for_everyone(Can.ANSWER_FOR_DATA)
@require_POST
def data_request_make(request: HttpRequest, pk: int) -> HttpResponse:
    access = _access(request, pk)
    try:
        bundles.make(access=access, by=actor(request), now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The bundle is made. It is kept sealed for 30 days.")
    return redirect("people:data-request", access.pk)


@for_everyone(Can.ANSWER_FOR_DATA)
def data_request_bundle(request: HttpRequest, pk: int) -> HttpResponse:
    access = _access(request, pk)
    looks.exported(request, [access.participant_id])
    try:
        data = bundles.opened(access=access)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("people:data-request", access.pk)
    return attachment(data, "application/zip", f"{access.participant.crn}.zip")


@for_everyone(Can.ANSWER_FOR_DATA)
def data_request_document(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """A document, read by the officer to decide whether it may be given."""
    access = _access(request, pk)
    row = get_object_or_404(Document, pk=document, participant=access.participant_id)
    return attachment(row.content, row.content_type, row.file_name)


@for_everyone(Can.ANSWER_FOR_DATA)
def holds(request: HttpRequest) -> HttpResponse:
    """Records that must be kept, how long the others are, and whose time has come."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = HoldForm(request.POST if "reason" in request.POST else None)
    rules = [RuleForm(request.POST if f"{what}-keep_days" in request.POST else None, rule=rule)
             for what, rule in retention.rules().items()]  # fmt: skip

    def put_down(crn: Any, reason: str) -> None:
        retention.set_hold(participant=crn, reason=reason, by=actor(request), now=now)
        looks.audited(request, [crn.pk])

    if form.is_bound and done(form, put_down):
        messages.success(request, "The hold stands from now on.")
        return redirect("people:holds")
    for each in rules:
        if each.is_bound and done(
            each, lambda keep_days, each=each: retention.change_rule(rule=each.rule, keep_days=keep_days)
        ):
            messages.success(request, "Saved. It counts from tonight.")
            return redirect("people:holds")
    standing = list(retention.held().select_related("participant", "set_by").order_by("-set_at")[:SHOWN])
    due = list(retention.records_due(today=today))
    looks.audited(request, [hold.participant_id for hold in standing])
    context = {"form": form, "rules": rules, "holds": standing, "due": due[:SHOWN], "due_count": len(due)}
    return render(request, "people/holds.html", context)


@for_everyone(Can.ANSWER_FOR_DATA)
def hold_lift(request: HttpRequest, pk: int) -> HttpResponse:
    hold = get_object_or_404(LegalHold.objects.select_related("participant"), pk=pk, lifted_at=None)
    looks.audited(request, [hold.participant_id])
    form = LiftForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda reason: retention.lift_hold(hold=hold, reason=reason, by=actor(request), now=timezone.now())
    ):
        messages.success(request, "The hold is lifted.")
        return redirect("people:holds")
    return render(request, "people/hold_lift.html", {"hold": hold, "form": form})

"""Copies, holds and removals, for the data-protection officer."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import data_inventory
from common.errors import RuleBroken
from common.heavy import heavy
from common.submitting import done, press
from people.access import access_log, restrictions
from people.access.abilities import Can, actor
from people.access.limits import at_most
from people.models import Document, ExportRequest, LegalHold, SubjectAccess, SubjectPassage
from people.record.views.documents import attachment
from people.rights import bundles, retention
from people.rights.forms import DataRequestForm, HoldForm, LiftForm, RuleForm
from people.rights.views.dpo import agreed_to, for_everyone

PAGE = 25
SHOWN = 50


@for_everyone(Can.ANSWER_FOR_DATA)
def data_requests(request: HttpRequest) -> HttpResponse:
    rows = SubjectAccess.objects.defer("bundle").select_related("participant").order_by("-asked_on", "-pk")
    rows = rows.exclude(participant__in=restrictions.excluded_from(actor(request)))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    access_log.audited(request, [row.participant_id for row in page])
    exports = ExportRequest.objects.of_late(actor(request), timezone.now()).select_related("asked_by")[:SHOWN]
    context = {"page_obj": page, "today": timezone.localdate(), "exports": exports}
    return render(request, "people/data_requests.html", context)


@for_everyone(Can.ANSWER_FOR_DATA)
def data_request_new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = DataRequestForm(request.POST or None, today=timezone.localdate(now))
    made: list[SubjectAccess] = []

    def open_access(crn: Any, asked_on: Any) -> None:
        restrictions.refuse_excluded(actor(request), crn.pk)
        made.append(bundles.open_access(participant=crn, asked_on=asked_on, by=actor(request), now=now))
        access_log.audited(request, [crn.pk])

    if request.method == "POST" and done(form, open_access):
        return redirect("people:data-request", made[0].pk)
    return render(request, "people/data_request_new.html", {"form": form})


def _access(request: HttpRequest, pk: int) -> SubjectAccess:
    access = get_object_or_404(SubjectAccess.objects.defer("bundle").select_related("participant", "made_by"), pk=pk)
    restrictions.refuse_excluded(actor(request), access.participant_id)
    access_log.audited(request, [access.participant_id])
    return access


@for_everyone(Can.ANSWER_FOR_DATA)
def data_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Each passage by or about others, to keep or to take out; then the bundle."""
    access = _access(request, pk)
    if request.method == "POST":
        return _answered(request, access)
    texts = bundles.gather(access=access)
    passages = access.passages.select_related("answered_by").order_by("place", "pk")
    there = sorted((p for p in passages if (p.place, p.digest) in texts), key=lambda p: bool(p.answer))
    page = Paginator(there, SHOWN).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "waiting": sum(1 for p in there if not p.answer),
        "page_obj": page,
        "rows": [(p, place_in_words(p.place), texts[p.place, p.digest]) for p in page],
    }
    return render(request, "people/data_request.html", context)


def _answered(request: HttpRequest, access: SubjectAccess) -> HttpResponse:
    """Keep or take out all the passages that are ticked."""
    ticked = {whole(key) for key in request.POST.getlist("passage")}
    passages, answer = list(access.passages.filter(pk__in=ticked)), request.POST.get("answer", "")
    if not passages or len(passages) != len(ticked):
        messages.error(request, "Tick the passages that you decide on, then press what you decide.")
    elif answer not in SubjectPassage.Answer.values:
        messages.error(request, "Choose to keep the passages or to take them out.")
    else:
        with transaction.atomic():
            for passage in passages:
                bundles.answer(passage=passage, answer=answer, by=actor(request), now=timezone.now())
    return redirect(request.get_full_path())


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def place_in_words(place: str) -> str:
    """ "engagement.Contact.note" → "Meetings and contacts: contact, note"."""
    label, _, name = place.rpartition(".")
    line = data_inventory.of(label)
    if line is None:
        return place
    column = line.model._meta.get_field(name)
    return f"{line.section}: {line.model._meta.verbose_name}, {getattr(column, 'verbose_name', name)}"


@for_everyone(Can.ANSWER_FOR_DATA)
@heavy("POST")
@require_POST
def data_request_make(request: HttpRequest, pk: int) -> HttpResponse:
    access = _access(request, pk)
    return press(
        request,
        lambda: bundles.make(access=access, by=actor(request), now=timezone.now()),
        said="The bundle is made. It is kept sealed for 30 days.",
        to=reverse("people:data-request", args=[access.pk]),
    )


@for_everyone(Can.ANSWER_FOR_DATA)
@at_most("exports")
@heavy("GET")
def data_request_bundle(request: HttpRequest, pk: int) -> HttpResponse:
    access = _access(request, pk)
    if agreed_to(request, what="COPY", access=access) is None:
        return redirect(f"{reverse('people:export-ask')}?access={access.pk}")
    access_log.exported(request, [access.participant_id])
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
    return attachment(bytes(row.content), row.content_type, row.file_name)


@for_everyone(Can.ANSWER_FOR_DATA)
def holds(request: HttpRequest) -> HttpResponse:
    """Records that must be kept, how long the others are, and whose time has come."""
    now = timezone.now()
    form = HoldForm(request.POST if "reason" in request.POST else None)
    rules = [RuleForm(request.POST, rule=rule) for rule in retention.rules().values()]

    def set_hold(crn: Any, reason: str) -> None:
        restrictions.refuse_excluded(actor(request), crn.pk)
        retention.set_hold(participant=crn, reason=reason, by=actor(request), now=now)
        access_log.audited(request, [crn.pk])

    if form.is_bound and done(form, set_hold):
        messages.success(request, "The hold stands from now on.")
        return redirect("people:holds")
    if any(each.is_bound and done(each, partial(each.save, by=actor(request))) for each in rules):
        messages.success(request, "Saved. It counts from tonight.")
        return redirect("people:holds")
    not_theirs = restrictions.excluded_from(actor(request))
    rows = retention.legal_holds().exclude(participant__in=not_theirs)
    standing = list(rows.select_related("participant", "set_by").order_by("-set_at")[:SHOWN])
    today = timezone.localdate(now)
    page = Paginator(retention.records_due(today=today).exclude(pk__in=not_theirs), SHOWN).get_page(
        request.GET.get("page")
    )
    due = list(retention.reasons(page.object_list, today=today))
    access_log.audited(request, [hold.participant_id for hold in standing] + [each.person.pk for each in due])
    context = {"form": form, "rules": rules, "holds": standing, "page_obj": page, "due": due}
    return render(request, "people/holds.html", context)


@for_everyone(Can.ANSWER_FOR_DATA)
def hold_lift(request: HttpRequest, pk: int) -> HttpResponse:
    hold = get_object_or_404(LegalHold.objects.select_related("participant"), pk=pk, lifted_at=None)
    restrictions.refuse_excluded(actor(request), hold.participant_id)
    access_log.audited(request, [hold.participant_id])
    form = LiftForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda reason: retention.lift_hold(hold=hold, reason=reason, by=actor(request), now=timezone.now())
    ):
        messages.success(request, "The hold is lifted.")
        return redirect("people:holds")
    return render(request, "people/hold_lift.html", {"hold": hold, "form": form})

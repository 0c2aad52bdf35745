"""A caseload from a file: upload, see what it would do, then say yes. Between the two the file stays on our side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.heavy import heavy
from common.postgres.actor import SYSTEM, acting_as
from common.spreadsheet import csv_response
from common.submitting import done
from people.access import access_log
from people.access.abilities import Can, actor, only
from people.imports.caseload import Plan, import_caseload, plan_caseload
from people.imports.columns import COLUMNS, NEEDED
from people.imports.forms import CaseloadForm, ConfirmForm
from people.imports.uploads import discard, save_upload
from people.messaging import message_queue
from people.models import CaseloadUpload

SHOWN = 10  # lines of the preview
LISTED = 100  # problems on the page; the file has them all
EXAMPLES = [column for column in COLUMNS if column.example]


@only(Can.IMPORT)
@heavy("POST")
def import_page(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CaseloadForm(*sent)
    uploads: list[CaseloadUpload] = []

    def upload(file: tuple[str, str]) -> None:
        name, text = file
        uploads.append(save_upload(name=name, text=text, by=actor(request), now=timezone.now()))

    if request.method == "POST" and done(form, upload):
        return redirect("people:import-preview", uploads[0].pk)
    return render(request, "people/import.html", {"form": form, "columns": EXAMPLES, "needed": NEEDED})


def _upload(request: HttpRequest, pk: int) -> CaseloadUpload:
    return get_object_or_404(CaseloadUpload.objects.visible_to(actor(request)), pk=pk)


@only(Can.IMPORT)
@heavy("GET", "POST")
@acting_as(SYSTEM)  # a file is held against everyone there is
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing the browser sends back is believed: the file is read again when the answer comes."""
    upload, now = _upload(request, pk), timezone.now()
    today = timezone.localdate(now)
    form = ConfirmForm(request.POST or None)
    result: dict[str, Any] = {}

    def carry_out(lines: str) -> None:
        plan, ids = import_caseload(upload.text, all_or_nothing=lines == "all", by=actor(request), today=today, now=now)
        access_log.changed(request, ids)
        _keep_from(request, plan)
        result["plan"] = plan

    if request.method == "POST" and "discard" in request.POST:
        discard(upload=upload)
        messages.success(request, "Nothing was changed, and the file is gone.")
        return redirect("people:import")
    if request.method == "POST" and done(form, carry_out):
        discard(upload=upload)
        messages.success(request, _said(result["plan"]))
        return redirect("people:import")
    plan = _planned(request, upload)
    return render(request, "people/import_preview.html", {"upload": upload, "form": form, **_shown(plan)})


def _planned(request: HttpRequest, upload: CaseloadUpload) -> Plan:
    """What it would do for whoever asks, with a note of the people on record whom it speaks of."""
    plan = plan_caseload(upload.text, by=actor(request), today=timezone.localdate())
    access_log.listed(request, plan.seen)
    _keep_from(request, plan)
    return plan


def _keep_from(request: HttpRequest, plan: Plan) -> None:
    """Note that they were kept from these people's records, and tell whoever answers for those."""
    access_log.kept_from(request, plan.unseen)
    message_queue.tell_who_holds(
        plan.unseen, by=actor(request), tried="sent a caseload file with a line about", now=timezone.now()
    )


def _shown(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan,
        "sample": plan.new[:SHOWN],
        "changes": plan.changed[:SHOWN],
        "notes": plan.reading.notes[:SHOWN],
        "more_notes": max(0, len(plan.reading.notes) - SHOWN),
        "problems": plan.problems[:LISTED],
        "more_problems": max(0, len(plan.problems) - LISTED),
        "nothing_to_do": not (plan.new or plan.changed),
    }


def _said(plan: Plan) -> str:
    return (
        f"Done: {len(plan.new)} made, {len(plan.changed)} changed, {plan.unchanged} unchanged, {plan.refused} left out."
    )


@only(Can.IMPORT)
@heavy("GET")
@acting_as(SYSTEM)  # a file is held against everyone there is
def import_problems(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _planned(request, _upload(request, pk))
    rows = ((problem.line, problem.column, problem.sentence) for problem in plan.problems)
    return csv_response("caseload-problems", ["Line", "Column", "What is wrong"], rows)


@only(Can.IMPORT)
def import_template(request: HttpRequest) -> HttpResponse:
    """A file to start from: every heading, and one line that shows how each is written."""
    header = [column.name for column in EXAMPLES]
    return csv_response("caseload-template", header, [[column.example for column in EXAMPLES]])

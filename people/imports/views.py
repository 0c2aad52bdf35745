"""A caseload from a file: upload, answer what it leaves open, see what it would do, say yes; and undo it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from common.heavy import heavy
from common.postgres.actor import SYSTEM, acting_as
from common.spreadsheet import csv_response
from common.submitting import done, press
from people.access.abilities import Can, actor, only
from people.imports import jobs, tasks, undoing
from people.imports.columns import COLUMNS, NEEDED
from people.imports.encodings import Reading
from people.imports.forms import CaseloadForm, ConfirmForm, EncodingForm, QuestionsForm
from people.imports.questions import Question
from people.imports.template import examples
from people.imports.uploads import answer, discard, how_read, read_as, readings_left, save_upload
from people.models import CaseloadUpload

LISTED = 100  # problems on the page; the file has them all
LATELY = 10  # imports
State = CaseloadUpload.State


@only(Can.IMPORT)
@heavy("POST")
def import_page(request: HttpRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, by = CaseloadForm(*sent), actor(request)
    uploads: list[CaseloadUpload] = []

    def upload(file: tuple[str, list[Reading]]) -> None:
        name, readings = file
        uploads.append(save_upload(name=name, readings=readings, by=by, now=timezone.now()))

    if request.method == "POST" and done(form, upload):
        _check(uploads[0])
        return redirect("people:import-preview", uploads[0].pk)
    lately = CaseloadUpload.objects.visible_to(by).order_by("-uploaded_at", "-pk")
    context = {"form": form, "columns": COLUMNS, "needed": NEEDED, "lately": lately.defer("text", "report")[:LATELY]}
    return render(request, "people/import.html", context)


def _check(upload: CaseloadUpload) -> None:
    """At once where the file is small, else by a worker. Nothing is read before its letters are."""
    if not upload.encoding:
        return
    if jobs.is_small(upload):
        jobs.check(upload, now=timezone.now())
    else:
        transaction.on_commit(lambda: tasks.check_caseload.delay(upload.pk))


def _upload(request: HttpRequest, pk: int) -> CaseloadUpload:
    return get_object_or_404(CaseloadUpload.objects.visible_to(actor(request)), pk=pk)


@only(Can.IMPORT)
@heavy("POST")
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing that the browser sends back is believed: it only says yes to what we hold."""
    upload = _upload(request, pk)
    if request.method == "POST" and "discard" in request.POST:
        return press(
            request, lambda: discard(upload=upload), said="Nothing was changed, and the file is gone.",
            to=reverse("people:import"),
        )  # fmt: skip
    if "HX-Request" in request.headers and not upload.is_running:  # a page waited for it
        response = HttpResponse()
        response["HX-Redirect"] = reverse("people:import-preview", args=[upload.pk])
        return response
    if upload.state == State.CHECKING:
        if readings := readings_left(upload):
            return _ask_for_encoding(request, upload, readings)
        return _progress(request, upload)
    if upload.is_running:
        return _progress(request, upload)
    if upload.state != State.CHECKED:
        return _result(request, upload)
    if upload.report["questions"]:
        return _ask(request, upload)
    return _confirm(request, upload)


def _ask_for_encoding(request: HttpRequest, upload: CaseloadUpload, readings: list[Reading]) -> HttpResponse:
    form = EncodingForm(request.POST or None, readings=readings)
    if request.method == "POST" and done(form, lambda encoding: read_as(upload=upload, encoding=encoding)):
        _check(upload)
        return redirect("people:import-preview", upload.pk)
    said = "Its letters can be read in several ways."
    return render(request, "people/import_questions.html", {"upload": upload, "form": form, "said": said})


def _ask(request: HttpRequest, upload: CaseloadUpload) -> HttpResponse:
    questions = [Question(*asked) for asked in upload.report["questions"]]
    form = QuestionsForm(request.POST or None, questions=questions)
    if request.method == "POST" and done(form, lambda **_: answer(upload=upload, answers=form.answers)):
        _check(upload)
        return redirect("people:import-preview", upload.pk)
    said = "Nothing of it is kept until you have answered."
    return render(request, "people/import_questions.html", {"upload": upload, "form": form, "said": said})


def _confirm(request: HttpRequest, upload: CaseloadUpload) -> HttpResponse:
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and done(form, lambda lines: jobs.start(upload, all_or_nothing=lines == "all")):
        if jobs.is_small(upload):
            jobs.carry_on(upload.pk)
        else:
            transaction.on_commit(lambda: tasks.import_caseload.delay(upload.pk))
        return redirect("people:import-preview", upload.pk)
    report = upload.report
    context = {
        "upload": upload, "form": form, "letters": how_read(upload), "problems": report["problems"][:LISTED],
        "more_problems": max(0, len(report["problems"]) - LISTED),
        "nothing_to_do": not (upload.made or upload.changed), **report,
    }  # fmt: skip
    return render(request, "people/import_preview.html", {**context, "problems": report["problems"][:LISTED]})


def _progress(request: HttpRequest, upload: CaseloadUpload) -> HttpResponse:
    template = "people/parts/import_progress.html" if "HX-Request" in request.headers else "people/import_progress.html"
    return render(request, template, {"upload": upload})


def _result(request: HttpRequest, upload: CaseloadUpload) -> HttpResponse:
    now = timezone.now()
    kept = upload.people.visible_to(actor(request)).exclude(kept="").select_related("participant").order_by("pk")
    context = {
        "upload": upload, "may_undo": upload.can_be_undone(now), "kept": kept[:LISTED],
        **_counts(upload), "problems": upload.report["problems"][:LISTED],
        "more_problems": max(0, len(upload.report["problems"]) - LISTED),
    }  # fmt: skip
    return render(request, "people/import_result.html", context)


@acting_as(SYSTEM)  # also those whom this reader does not see
def _counts(upload: CaseloadUpload) -> dict[str, int]:
    """How many people the import made or changed, are undone by now, and are kept since somebody changed them."""
    undone, kept = Count("pk", filter=Q(undone=True)), Count("pk", filter=~Q(kept=""))
    return upload.people.aggregate(people_count=Count("pk"), undone_count=undone, kept_count=kept)


@acting_as(SYSTEM)
def _used_count(upload: CaseloadUpload) -> int:
    """How many of those whom it made would stay, since somebody has worked on their record."""
    return len(undoing.used_since(list(upload.people.filter(was_made=True))))


@only(Can.IMPORT)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what would go and what would stay, and then undo it."""
    upload = _upload(request, pk)
    if request.method != "POST":
        if not upload.can_be_undone(timezone.now()):
            return redirect("people:import-preview", upload.pk)
        context = {"upload": upload, "used_count": _used_count(upload), **_counts(upload)}
        return render(request, "people/import_undo.html", context)

    def undo() -> None:
        jobs.start_undo(upload, by=actor(request), now=timezone.now())
        if jobs.is_small(upload):
            jobs.carry_on_undoing(upload.pk)
        else:
            transaction.on_commit(lambda: tasks.undo_caseload.delay(upload.pk))

    where = reverse("people:import-preview", args=[upload.pk])
    said = "Undone." if jobs.is_small(upload) else "The import is being undone."
    return press(request, undo, said=said, to=where)


@only(Can.IMPORT)
@heavy("GET")
def import_problems(request: HttpRequest, pk: int) -> HttpResponse:
    problems = _upload(request, pk).report.get("problems", [])
    return csv_response("caseload-problems", ["Line", "Column", "What is wrong"], problems)


@only(Can.IMPORT)
@acting_as(SYSTEM)  # a number in it is nobody's
def import_template(request: HttpRequest) -> HttpResponse:
    """A file to start from: every heading, and one line that can be imported as it comes."""
    line: dict[str, Any] = examples(by=actor(request), today=timezone.localdate())
    return csv_response("caseload-template", list(line), [list(line.values())])

"""Documents on a person's file, and a person's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.heavy import heavy
from common.submitting import done, press
from people.access.abilities import Can, actor, get_person, only, own_record
from people.models import Document
from people.record import documents
from people.record.forms.documents import DocumentForm, EvidenceForm, sent
from people.record.person_page import person_page

RUNS_NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"


@only(Can.KEEP_DOCUMENTS)
def document_list(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref)
    listed = Document.objects.filter(participant=person).listed()
    context = {"kept": listed.filter(removed_at=None), "removed": listed.exclude(removed_at=None)}
    return person_page(request, "people/document_list.html", {"person": person, "tab": "documents", **context})


@only(Can.KEEP_DOCUMENTS)
@heavy("POST")
def document_add(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref, to=Can.KEEP_DOCUMENTS)
    form = DocumentForm(request.POST or None, request.FILES or None, person=person)

    def add(**cleaned: Any) -> None:
        documents.add_document(participant=person, by=actor(request), now=timezone.now(), **sent(cleaned))

    if request.method == "POST" and done(form, add):
        messages.success(request, "The document is on the file.")
        return redirect("people:document-list", person.ref)
    return person_page(request, "people/document_add.html", {"person": person, "tab": "documents", "form": form})


@only(Can.KEEP_DOCUMENTS)
def document_open(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    return _taken_away(Document.objects.kept().filter(participant=get_person(request, ref)), pk)


@only(Can.KEEP_DOCUMENTS)
@require_POST
def document_remove(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.KEEP_DOCUMENTS)
    document = get_object_or_404(Document.objects.kept().filter(participant=person).defer("content"), pk=pk)
    documents.remove_document(document=document, by=actor(request), now=timezone.now())
    messages.success(request, "The document is off the file. What it was stays in the history.")
    return redirect("people:document-list", person.ref)


@only(Can.KEEP_DOCUMENTS)
@require_POST
def document_share(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """`shared` is 1 to let the person read it, and anything else to stop that."""
    person = get_person(request, ref, to=Can.KEEP_DOCUMENTS)
    document = get_object_or_404(Document.objects.kept().filter(participant=person).defer("content"), pk=pk)
    shared = request.POST.get("shared") == "1"
    can = "can read it on their own pages now" if shared else "cannot read it any more"
    return press(
        request,
        lambda: documents.share_document(document=document, shared=shared, by=actor(request)),
        said=f"{person.called} {can}.",
        to=reverse("people:document-list", args=[person.ref]),
    )


@only(Can.USE_PORTAL)
@heavy("POST")
def my_documents(request: HttpRequest) -> HttpResponse:
    """A person's own documents, and a way to add one with a phone."""
    person = own_record(request)
    form = EvidenceForm(request.POST or None, request.FILES or None)

    def add(**cleaned: Any) -> None:
        documents.add_document(
            participant=person, kind=Document.Kind.EVIDENCE, by=actor(request), now=timezone.now(), **sent(cleaned)
        )

    if request.method == "POST" and done(form, add):
        messages.success(request, "Thank you. Your practitioner can see it now.")
        return redirect("people:my-documents")
    mine = Document.objects.open_to(person).listed()
    return render(request, "people/my_documents.html", {"person": person, "form": form, "documents": mine})


@only(Can.USE_PORTAL)
def my_document(request: HttpRequest, pk: int) -> HttpResponse:
    return _taken_away(Document.objects.open_to(own_record(request)), pk)


def _taken_away(among: QuerySet[Document], pk: int) -> HttpResponse:
    document = get_object_or_404(among, pk=pk)
    return attachment(bytes(document.content), document.content_type, document.file_name)


def attachment(data: bytes, content_type: str, name: str) -> HttpResponse:
    """Return a download: a browser does not show it, guess its type or run anything in it."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = RUNS_NOTHING
    return response

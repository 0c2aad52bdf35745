"""Bring a file of services into the directory from the browser: choose, look at what would happen, do it."""

from __future__ import annotations

import uuid
from base64 import b64decode, b64encode

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from common.heavy import heavy
from people.access.abilities import Can, actor, only
from people.models import User
from providers.forms.directory import ImportForm
from providers.imports import Format, Report, WrongFile, import_services

KEPT = 1800  # seconds between looking and doing
TOO_LATE = "That was more than half an hour ago. Choose the file again."


@only(Can.MANAGE_DIRECTORY)
@heavy("POST")
def service_import(request: HttpRequest) -> HttpResponse:
    if "confirm" in request.POST:
        return _do(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    report = key = None
    if form.is_valid():
        upload, kind = form.cleaned_data["file"], Format(form.cleaned_data["kind"])
        content = upload.read()
        try:
            report = _run(content, upload.name, kind, actor(request), preview=True)
        except WrongFile as refusal:
            form.add_error("file", str(refusal))
        else:
            key = uuid.uuid4().hex
            cache.set(_place(request, key), [b64encode(content).decode(), upload.name, kind.value], KEPT)
    return render(request, "providers/staff/service_import.html", {"form": form, "report": report, "key": key})


def _do(request: HttpRequest) -> HttpResponse:
    """Load the file that was previewed."""
    kept = cache.get(_place(request, request.POST["confirm"]))
    if kept is None:
        form = ImportForm()
        messages.error(request, TOO_LATE)
        return render(request, "providers/staff/service_import.html", {"form": form})
    content, name, kind = kept
    report = _run(b64decode(content), name, Format(kind), actor(request), preview=False)
    messages.success(request, f"Done. {report.services.line.capitalize()}.")
    return redirect("providers:service-list")


def _run(content: bytes, name: str, kind: Format, by: User, *, preview: bool) -> Report:
    return import_services(content=content, name=name, kind=kind, today=timezone.localdate(), by=by, preview=preview)


def _place(request: HttpRequest, key: str) -> str:
    """Where this user's file waits. Only a key of ours leads there."""
    return f"service-import:{actor(request).pk}:{key if key.isalnum() and len(key) == 32 else ''}"

"""A form sent twice is carried out once. It carries a key, and a used key leads to the same redirect again."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from common import versions
from common.models import Submission
from common.postgres.actor import as_service

FIELD = "_idempotency_key"
TOKENS = {FIELD, "csrfmiddlewaretoken", versions.FIELD}
SECRET = re.compile("password|(^|[-_])code$")  # names of fields that are not shown again


def read_key(request: HttpRequest) -> uuid.UUID | None:
    """Return the form's key, or None where there is none or it is malformed."""
    if request.method != "POST":
        return None
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def answer(request: HttpRequest, key: uuid.UUID, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer a form once. A second request waits for the first to end, then gets the same redirect.

    With other words under the same key nothing is done, and the page shows the words, so that none are lost.
    """
    digest = _digest(request)
    with transaction.atomic():
        user_id = request.user.pk if request.user.is_authenticated else None
        with _patience(), _as_sender(user_id):
            new = Submission(key=key, sent_by_id=user_id, digest=digest)
            Submission.objects.bulk_create([new], ignore_conflicts=True)
            mine = Submission.objects.select_for_update().filter(pk=key, sent_by_id=user_id).first()
        if mine is None:  # someone else's key
            return get_response(request)
        if went := _went_to(mine):
            return HttpResponseRedirect(went) if mine.digest == digest else _other_words(request, mine)
        response = get_response(request)
        assert not response.has_header("Content-Disposition"), "What an act did is undone with a file. Give it by GET."
        if response.status_code in (302, 303) and response.get("Location", "").startswith("/"):
            mine.redirect_to = f"{mine.pk} {response['Location']}"
            with _as_sender(user_id):
                mine.save(update_fields=["redirect_to"])
        else:
            transaction.set_rollback(True)
        return response


def _as_sender(user_id: int | None) -> AbstractContextManager[None]:
    """The rows of those who are not signed in are the service's: else everyone's would be anyone's."""
    return nullcontext() if user_id else as_service()


def _went_to(first: Submission) -> str:
    """Where the form led. The address is kept with its key, so that it opens in no other row; it may hold a token."""
    key, _, address = first.redirect_to.partition(" ")
    return address if key == str(first.pk) else ""


@contextmanager
def _patience() -> Iterator[None]:
    """Wait as long as the first may take, and not the three seconds for which others wait for each other.

    Else the second press of a slow button would say that nothing was saved.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '25s'")
        yield
        cursor.execute("set local lock_timeout to default")


def _digest(request: HttpRequest) -> str:
    """Of the fields and files sent, but for the tokens."""
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in TOKENS)
    files = sorted((name, file.name, _of_file(file)) for name in request.FILES for file in request.FILES.getlist(name))
    return sha256(json.dumps([fields, files]).encode()).hexdigest()


def _of_file(file: UploadedFile[Any]) -> str:
    """Of what is in a file, which is left as it was."""
    found = sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _other_words(request: HttpRequest, first: Submission) -> HttpResponse:
    return render(request, "409_form.html", {"typed": typed(request), "first": _went_to(first)}, status=409)


def typed(request: HttpRequest) -> list[str]:
    """What was typed into a form, to be shown where it could not be kept: never a password or a code."""
    return [
        value for name in request.POST if name not in TOKENS and not SECRET.search(name)
        for value in request.POST.getlist(name) if value.strip()
    ]  # fmt: skip


def key_for(request: HttpRequest, what: str) -> str:
    """Return an idempotency key for an act, made from the form's own; empty where the form has none."""
    key = read_key(request)
    return f"{what}:{key}" if key else ""

"""A form sent twice is carried out once. It carries a key, and a used key leads to the same redirect again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from common.models import Submission

FIELD = "_idempotency_key"


def read_key(request: HttpRequest) -> uuid.UUID | None:
    """Return the form's key, or None where there is none or it is malformed."""
    if request.method != "POST":
        return None
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def answer(request: HttpRequest, key: uuid.UUID, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer a form once. A second request waits for the first to end, then gets the same redirect."""
    with transaction.atomic():
        user_id = request.user.pk if request.user.is_authenticated else None
        Submission.objects.bulk_create([Submission(key=key, sent_by_id=user_id)], ignore_conflicts=True)
        mine = Submission.objects.select_for_update().get(pk=key)
        if mine.redirect_to and mine.sent_by_id == user_id:
            return HttpResponseRedirect(mine.redirect_to)
        response = get_response(request)
        if response.status_code in (302, 303) and response.get("Location", "").startswith("/"):
            mine.redirect_to = response["Location"]
            mine.save(update_fields=["redirect_to"])
        else:
            transaction.set_rollback(True)
        return response


def key_for(request: HttpRequest, what: str) -> str:
    """Return an idempotency key for an act: made from the form's own where it has one."""
    return f"{what}:{read_key(request) or uuid.uuid4()}"

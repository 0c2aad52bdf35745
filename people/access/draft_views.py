"""Where a page sends what is being written, and where it is thrown away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.idempotency import FIELD as KEY_FIELD
from common.idempotency import typed
from common.submitting import back
from people.access import drafts
from people.access.abilities import actor
from people.models import Draft

SAVED = "Saved for later. It is here for two weeks, and only you can see it. Nothing was sent."
WAS_OLD = "This page had been open too long, and nothing was sent. What you wrote is saved: put it back, and send it."


@require_POST
def draft_save(request: HttpRequest) -> HttpResponse:
    """Save one form's words. 204: saved; 400: no form of this account's; 409: it was sent; 413: too long.

    The form's own key is for when it is sent: with it nothing would be saved (common/idempotency.py).
    """
    known = drafts.read_token(request.POST)
    if known is None or known.author_id != actor(request).pk or KEY_FIELD in request.POST:
        return HttpResponse(status=400)
    try:
        drafts.save(author=actor(request), known=known, sent=request.POST, now=timezone.now())
    except drafts.WasSent:
        return HttpResponse(status=409)
    except drafts.TooLong:
        return HttpResponse(status=413)
    return HttpResponse(status=204)


@require_POST
def draft_throw_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one's own draft away, and go back to its page."""
    draft = Draft.objects.visible_to(actor(request)).filter(pk=pk).first()
    if draft:
        draft.delete()
    return redirect(back(request, draft.page if draft else "/"))


def save_for_later(request: HttpRequest) -> HttpResponse:
    """Answer the button that saves without a script. Nothing else of the form is done."""
    known = drafts.read_token(request.POST)
    if known and known.author_id == actor(request).pk:
        try:
            drafts.save(author=actor(request), known=known, sent=request.POST, now=timezone.now())
            messages.success(request, SAVED)
            return redirect(known.page)
        except (drafts.TooLong, drafts.WasSent):
            pass
    return render(request, "draft_not_saved.html", {"typed": typed(request)}, status=409)


def page_was_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is none of this browser's. What was written is saved for whoever wrote it."""
    page = drafts.save_of_ended_session(request) if request.method == "POST" else ""
    if not page:
        return render(request, "403_csrf.html", status=403)
    messages.error(request, WAS_OLD)
    return redirect(page)

"""The page behind a provider's signed link: no account, one referral, nothing else."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from common.heavy import heavy
from common.postgres.actor import SYSTEM, acting_as
from people.access import access_log
from providers import links
from providers.models import Referral
from providers.views import answering


@login_not_required
@never_cache
@acting_as(SYSTEM)  # there is no account here; the signature is what lets them see this one referral
def referral_link(request: HttpRequest, token: str) -> HttpResponse:
    """Read the referral and answer it."""
    try:
        referral = links.referral_for(token)
    except links.LinkUnknown:
        return _private(render(request, "providers/link/unknown.html", status=404))
    except links.LinkOver:
        return _private(render(request, "providers/link/over.html", status=410))
    except links.LinkClosed:
        return _private(render(request, "providers/link/closed.html", status=410))
    if referral.state == Referral.State.CANCELLED:
        return _private(render(request, "providers/link/cancelled.html", {"referral": referral}, status=410))
    access_log.opened(request, referral.participant)
    return (_with_file if request.FILES else _page)(request, token, referral)


def _page(request: HttpRequest, token: str, referral: Referral) -> HttpResponse:
    forms, asked = answering.questions(request, referral), answering.more(request, referral)
    if thanks := answering.answered(request, referral, forms, asked):
        messages.success(request, thanks)
        return _private(redirect("providers:referral-link", token))
    context = {"referral": referral, "forms": forms, "more": asked, **answering.told(referral)}
    return _private(render(request, "providers/link/referral.html", context))


# A link is no account: each referral has a room of its own, and one that sends no file takes none.
_with_file = heavy("POST", of=lambda request, token, referral: -referral.pk)(_page)


def _private(response: HttpResponse) -> HttpResponse:
    """Not kept, not indexed, and not told to any other site (a stricter policy would hide our own forms' origin)."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response

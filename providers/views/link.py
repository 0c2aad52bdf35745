"""The page behind a provider's signed link: no account, one referral, nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from people import looks
from providers import links, services
from providers.forms.referrals import AcceptForm, DeclineForm, DeliveredForm
from providers.models import Referral

DONE = {
    "accept": "Thank you. The practitioner has been told that you accept.",
    "decline": "Thank you for telling us. You need do nothing more.",
    "deliver": "Thank you. It is marked as delivered.",
}


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
    if referral.state == Referral.State.CANCELLED:
        return _private(render(request, "providers/link/cancelled.html", {"referral": referral}, status=410))
    looks.opened(request, referral.participant)
    forms = _forms(request, referral)
    answer = request.POST.get("answer", "")
    if answer in forms and forms[answer].is_valid() and _done(referral, answer, forms[answer]):
        messages.success(request, DONE[answer])
        return _private(redirect("providers:referral-link", token))
    age = referral.participant.age_on(timezone.localdate())
    return _private(render(request, "providers/link/referral.html", {"referral": referral, "forms": forms, "age": age}))


def _forms(request: HttpRequest, referral: Referral) -> dict[str, Any]:
    """The questions that can be answered in this state; the one that was answered holds what was typed."""
    answer = request.POST.get("answer", "")
    data = {name: request.POST if answer == name else None for name in DONE}
    if referral.state == Referral.State.SENT:
        return {"accept": AcceptForm(data["accept"], prefix="a"), "decline": DeclineForm(data["decline"], prefix="d")}
    if referral.state == Referral.State.ACCEPTED:
        return {"deliver": DeliveredForm(data["deliver"], prefix="v", referral=referral, today=timezone.localdate())}
    return {}


def _done(referral: Referral, answer: str, form: Any) -> bool:
    """Do what was answered; a refusal goes back onto the form."""
    now = timezone.now()
    act = {"accept": services.accept, "decline": services.decline, "deliver": services.mark_delivered}[answer]
    try:
        act(referral=referral, today=timezone.localdate(now), now=now, **form.cleaned_data)  # type: ignore[operator]
    except (RuleBroken, ValidationError) as refusal:
        form.add_error(None, getattr(refusal, "messages", str(refusal)))
        return False
    return True


def _private(response: HttpResponse) -> HttpResponse:
    """Not kept, not indexed, and not told to any other site (a stricter policy would hide our own forms' origin)."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response

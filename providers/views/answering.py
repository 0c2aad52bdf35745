"""A provider's answer to a referral: the same questions behind their signed link and behind their own account."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from common.submitting import done
from people.access.safe_contact import with_safe_contact_note
from people.models import User
from providers import services
from providers.forms.referrals import AcceptForm, DeclineForm, DeliveredForm
from providers.models import Referral, Shared

DONE = {
    "accept": "Thank you. The practitioner has been told that you accept.",
    "decline": "Thank you for telling us. You need do nothing more.",
    "deliver": "Thank you. It is marked as delivered.",
}
ACTS: dict[str, Callable[..., Referral]] = {
    "accept": services.accept,
    "decline": services.decline,
    "deliver": services.mark_delivered,
}


def questions(request: HttpRequest, referral: Referral, by: User | None = None) -> dict[str, Any]:
    """Return the questions of this state; the answered one keeps what was typed. An account needs no name field."""
    answer = request.POST.get("answer", "")
    data = {name: request.POST if answer == name else None for name in DONE}
    if referral.state == Referral.State.SENT:
        accept = AcceptForm(data["accept"], prefix="a", account=by)
        return {"accept": accept, "decline": DeclineForm(data["decline"], prefix="d")}
    if referral.state == Referral.State.ACCEPTED:
        return {"deliver": DeliveredForm(data["deliver"], prefix="v", referral=referral, today=timezone.localdate())}
    return {}


def answered(request: HttpRequest, referral: Referral, forms: dict[str, Any], by: User | None = None) -> str:
    """Carry out the answer and return the thanks; "" where there is no answer, or the form shows a refusal."""
    answer, now = request.POST.get("answer", ""), timezone.now()
    if answer not in forms:
        return ""
    act = partial(ACTS[answer], referral=referral, today=timezone.localdate(now), now=now, by=by)
    return DONE[answer] if done(forms[answer], act) else ""


def told(referral: Referral) -> dict[str, Any]:
    """What the page says beside what was ticked: the age, and whether to ask before ringing or writing."""
    person = referral.participant
    reached = {Shared.PHONE, Shared.EMAIL} & set(referral.shares)
    return {"age": person.age_on(timezone.localdate()), "ask_first": reached and with_safe_contact_note([person.pk])}

"""A provider's answer to a referral: the same questions behind their signed link and behind their own account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from common.forms import Form
from common.postgres.actor import SYSTEM, acting_as
from common.registry import Registry
from common.submitting import done
from people.access.safe_contact import with_safe_contact_note
from people.models import Participant, User
from providers import services
from providers.forms.referrals import AcceptForm, DeclineForm, DeliveredForm
from providers.models import Referral, Shared


@dataclass(frozen=True)
class Question:
    """Something that a higher floor asks a provider about a referral: its form, and what comes of it."""

    name: str
    title: str
    button: str
    form: Form
    act: Callable[..., object]
    said: str


# Given the request and the referral of a link: what is asked, if anything is.
MORE: Registry[Callable[[HttpRequest, Referral], Question | None]] = Registry()

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


def more(request: HttpRequest, referral: Referral) -> list[Question]:
    """What higher floors ask about it now."""
    return [found for ask in MORE if (found := ask(request, referral))]


def answered(
    request: HttpRequest, referral: Referral, forms: dict[str, Any], asked: Sequence[Question] = (),
    by: User | None = None,
) -> str:  # fmt: skip
    """Carry out the answer and return the thanks; "" where there is no answer, or the form shows a refusal."""
    answer, now = request.POST.get("answer", ""), timezone.now()
    for question in asked:
        if question.name == answer:
            return question.said if done(question.form, question.act) else ""
    if answer not in forms:
        return ""
    act = partial(ACTS[answer], referral=referral, today=timezone.localdate(now), now=now, by=by)
    return DONE[answer] if done(forms[answer], act) else ""


def told(referral: Referral) -> dict[str, Any]:
    """What the page says of the person: what was ticked, and whether to ask before ringing or writing."""
    with acting_as(SYSTEM):  # a provider's account sees a name; the rest is what the practitioner ticked
        person = Participant.objects.get(pk=referral.participant_id)
    says: dict[str, tuple[str, Any]] = {
        Shared.AGE: ("Age", person.age_on(timezone.localdate())),
        Shared.AREA: ("Area", person.outcode),
        Shared.PHONE: ("Phone", person.phone.as_national if person.phone else "Not on record"),
        Shared.EMAIL: ("E-mail", person.email or "Not on record"),
    }
    reached = {Shared.PHONE, Shared.EMAIL} & set(referral.shares)
    return {
        "ticked": [line for share, line in says.items() if share in referral.shares and referral.is_open],
        "ask_first": reached and with_safe_contact_note([person.pk]),
    }

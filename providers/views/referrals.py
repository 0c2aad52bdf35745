"""Staff pages about one person's referrals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.errors import RuleBroken
from common.forms import Form
from people.access.abilities import Can, actor, get_person, only
from people.models import Participant
from providers import links, services
from providers.forms.referrals import AcceptForm, CancelForm, DeclineForm, DeliveredForm, ReferForm, ResendForm
from providers.models import Referral, Service

TAB = "services"


def referral_of(request: HttpRequest, person: Participant, reference: str) -> Referral:
    rows = Referral.objects.visible_to(actor(request)).with_details().filter(participant=person)
    return get_object_or_404(rows, reference=reference)


@only(Can.REFER)
def person_services(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Who is helping this person, who was asked, and how each answered."""
    person = get_person(request, ref)
    rows = list(
        Referral.objects.visible_to(actor(request))
        .filter(participant=person)
        .with_details()
        .order_by("-sent_on", "-pk")
    )
    context = {
        "person": person,
        "tab": TAB,
        "open": [row for row in rows if row.is_open],
        "ended": [row for row in rows if not row.is_open],
    }
    return render(request, "providers/staff/person_services.html", context)


@only(Can.REFER)
def referral_new(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref)
    service = get_object_or_404(Service.objects.select_related("provider", "region", "police_area", "outcode"), pk=pk)
    form = ReferForm(request.POST or None, person=person, service=service)
    if form.is_valid():
        now = timezone.now()
        try:
            referral = services.refer(
                participant=person,
                service=service,
                by=actor(request),
                today=timezone.localdate(now),
                now=now,
                **form.asked,
            )
        except (RuleBroken, ValidationError) as refusal:
            form.add_error(None, getattr(refusal, "messages", str(refusal)))
        else:
            messages.success(request, f"{person.called} is referred. The reference is {referral.reference}.")
            return redirect("providers:referral-detail", person.ref, referral.reference)
    context = {"person": person, "tab": TAB, "service": service, "form": form}
    return render(request, "providers/staff/referral_new.html", context)


@only(Can.REFER)
def referral_detail(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    person = get_person(request, ref)
    referral = referral_of(request, person, reference)
    context = {
        "person": person,
        "tab": TAB,
        "referral": referral,
        "link": links.address_for(referral) if referral.is_open and not referral.sent_to else "",
        "resend": ResendForm(initial={"send_to": referral.sent_to}),
    }
    return render(request, "providers/staff/referral_detail.html", context)


def _act(
    request: HttpRequest,
    ref: UUID,
    reference: str,
    *,
    make: Callable[[Referral], Form],
    act: Callable[[Referral, dict[str, Any]], Referral],
    heading: str,
    button: str,
    done: str,
) -> HttpResponse:
    """One question about one referral, and what is done with the answer."""
    person = get_person(request, ref)
    referral = referral_of(request, person, reference)
    form = make(referral)
    if form.is_valid():
        try:
            act(referral, form.cleaned_data)
        except (RuleBroken, ValidationError) as refusal:
            form.add_error(None, getattr(refusal, "messages", str(refusal)))
        else:
            messages.success(request, done)
            return redirect("providers:referral-detail", person.ref, referral.reference)
    context = {"person": person, "tab": TAB, "referral": referral, "form": form, "heading": heading, "button": button}
    return render(request, "providers/staff/referral_act.html", context)


def _clock() -> dict[str, Any]:
    now = timezone.now()
    return {"today": timezone.localdate(now), "now": now}


@only(Can.REFER)
def referral_accept(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """Write down that the provider said yes by telephone."""
    return _act(
        request, ref, reference,
        make=lambda referral: AcceptForm(request.POST or None, label="Who said yes?"),
        act=lambda referral, said: services.accept(referral=referral, by=actor(request), **said, **_clock()),
        heading="The provider accepted", button="Save", done="Accepted.",
    )  # fmt: skip


@only(Can.REFER)
def referral_decline(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """Write down that the provider said no by telephone."""
    return _act(
        request, ref, reference,
        make=lambda referral: DeclineForm(request.POST or None, label="Why can they not help?"),
        act=lambda referral, said: services.decline(referral=referral, by=actor(request), **said, **_clock()),
        heading="The provider declined", button="Save", done="Declined. You can look for someone else.",
    )  # fmt: skip


@only(Can.REFER)
def referral_deliver(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """Write down that the help was given."""
    return _act(
        request, ref, reference,
        make=lambda referral: DeliveredForm(request.POST or None, referral=referral, today=timezone.localdate()),
        act=lambda referral, said: services.mark_delivered(referral=referral, by=actor(request), **said, **_clock()),
        heading="The help was given", button="Mark as delivered", done="Marked as delivered.",
    )  # fmt: skip


@only(Can.REFER)
def referral_cancel(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    return _act(
        request, ref, reference,
        make=lambda referral: CancelForm(request.POST or None),
        act=lambda referral, said: services.cancel(referral=referral, by=actor(request), **said, **_clock()),
        heading="Cancel this referral", button="Cancel the referral", done="Cancelled.",
    )  # fmt: skip


@only(Can.REFER)
def referral_resend(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """A new link by e-mail; the one before stops working."""
    return _act(
        request, ref, reference,
        make=lambda referral: ResendForm(request.POST or None, initial={"send_to": referral.sent_to}),
        act=lambda referral, said: services.resend_link(referral=referral, now=timezone.now(), **said),
        heading="Send a new link", button="Send the link", done="A new link is sent. The old one is dead.",
    )  # fmt: skip


@only(Can.REFER)
@require_POST
def referral_seen(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """The practitioner has seen that it was declined."""
    person = get_person(request, ref)
    referral = referral_of(request, person, reference)
    services.note_declined(referral=referral, by=actor(request), today=timezone.localdate())
    messages.success(request, f"Noted. Referral {referral.reference} is off your list.")
    return redirect("home")

"""Staff pages about one person's referrals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.forms import Form
from common.submitting import done, form_page
from people.access.abilities import Can, actor, get_person, only
from people.models import Participant
from people.record.person_page import person_page
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
    return person_page(request, "providers/staff/person_services.html", context)


@only(Can.REFER)
def referral_new(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.REFER)
    service = get_object_or_404(Service.objects.select_related("provider", "region", "police_area", "outcode"), pk=pk)
    form = ReferForm(request.POST or None, person=person, service=service)
    made: list[Referral] = []

    def refer(**_: object) -> None:
        made.append(services.refer(participant=person, service=service, by=actor(request), **_clock(), **form.asked))

    if request.method == "POST" and done(form, refer):
        messages.success(request, f"{person.called} is referred. The reference is {made[0].reference}.")
        return redirect("providers:referral-detail", person.ref, made[0].reference)
    context = {"person": person, "tab": TAB, "service": service, "form": form}
    return person_page(request, "providers/staff/referral_new.html", context)


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
    return person_page(request, "providers/staff/referral_detail.html", context)


def _act(
    request: HttpRequest,
    ref: UUID,
    reference: str,
    *,
    make: Callable[[Referral], Form],
    act: Callable[..., Referral],
    heading: str,
    button: str,
    said: str,
) -> HttpResponse:
    """One question about one referral, and what is done with the answer."""
    person = get_person(request, ref, to=Can.REFER)
    referral = referral_of(request, person, reference)
    return form_page(
        request, form=make(referral), act=partial(act, referral=referral, by=actor(request)), said=said,
        to=reverse("providers:referral-detail", args=[person.ref, referral.reference]),
        template="providers/staff/referral_act.html", draw=person_page,
        context={"person": person, "tab": TAB, "referral": referral, "heading": heading, "button": button},
    )  # fmt: skip


def _clock() -> dict[str, Any]:
    now = timezone.now()
    return {"today": timezone.localdate(now), "now": now}


@only(Can.REFER)
def referral_accept(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """Write down that the provider said yes by telephone."""
    return _act(
        request, ref, reference,
        make=lambda referral: AcceptForm(request.POST or None, label="Who said yes?"),
        act=partial(services.accept, **_clock()),
        heading="The provider accepted", button="Save", said="Accepted.",
    )  # fmt: skip


@only(Can.REFER)
def referral_decline(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """Write down that the provider said no by telephone."""
    return _act(
        request, ref, reference,
        make=lambda referral: DeclineForm(request.POST or None, label="Why can they not help?"),
        act=partial(services.decline, **_clock()),
        heading="The provider declined", button="Save", said="Declined. You can look for someone else.",
    )  # fmt: skip


@only(Can.REFER)
def referral_deliver(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """Write down that the help was given."""
    return _act(
        request, ref, reference,
        make=lambda referral: DeliveredForm(request.POST or None, referral=referral, today=timezone.localdate()),
        act=partial(services.mark_delivered, **_clock()),
        heading="The help was given", button="Mark as delivered", said="Marked as delivered.",
    )  # fmt: skip


@only(Can.REFER)
def referral_cancel(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    return _act(
        request, ref, reference,
        make=lambda referral: CancelForm(request.POST or None),
        act=partial(services.cancel, **_clock()),
        heading="Cancel this referral", button="Cancel the referral", said="Cancelled.",
    )  # fmt: skip


@only(Can.REFER)
def referral_resend(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """A new link by e-mail; the one before stops working."""
    return _act(
        request, ref, reference,
        make=lambda referral: ResendForm(request.POST or None, initial={"send_to": referral.sent_to}),
        act=partial(services.resend_link, now=timezone.now()),
        heading="Send a new link", button="Send the link", said="A new link is sent. The old one is dead.",
    )  # fmt: skip


@only(Can.REFER)
@require_POST
def referral_seen(request: HttpRequest, ref: UUID, reference: str) -> HttpResponse:
    """The practitioner has seen that it was declined."""
    person = get_person(request, ref, to=Can.REFER)
    referral = referral_of(request, person, reference)
    services.note_ended(referral=referral, by=actor(request), today=timezone.localdate())
    messages.success(request, f"Noted. Referral {referral.reference} is off your list.")
    return redirect(places.url_of("home"))

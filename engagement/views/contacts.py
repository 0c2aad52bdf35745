"""A contact that was recorded wrongly: corrected by its author, or struck."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from common.submitting import back, done
from engagement import services
from engagement.forms import CorrectContactForm, StrikeForm
from engagement.models import Contact
from people.access.abilities import Can, actor, only, open_record
from people.record.person_page import person_page


@only(Can.MEET)
def contact_correct(request: HttpRequest, pk: int) -> HttpResponse:
    contact, now = _contact(request, pk), timezone.now()
    if contact.by_id != actor(request).pk:
        raise PermissionDenied(f"{contact.by.name} wrote this, and corrects it. Log a contact of your own instead.")
    form = CorrectContactForm(request.POST or None, now=now, contact=contact)

    def correct(**_: object) -> None:
        services.correct_contact(contact=contact, by=actor(request), now=now, **form.corrected())

    if request.method == "POST" and done(form, correct):
        messages.success(request, "Corrected. The history keeps what it said.")
        return redirect(back(request, reverse("engagement:meetings", args=[contact.participant.ref])))
    context = {"person": contact.participant, "tab": "meetings", "form": form, "contact": contact}
    return person_page(request, "engagement/contact_correct.html", context)


@only(Can.MEET)
def contact_strike(request: HttpRequest, pk: int) -> HttpResponse:
    contact, user = _contact(request, pk), actor(request)
    if not services.may_strike(contact, user):
        raise PermissionDenied(f"{contact.by.name} or a manager strikes this.")
    form = StrikeForm(request.POST or None, user=user)

    def strike(**typed: object) -> None:
        services.strike_contact(contact=contact, by=user, now=timezone.now(), **typed)  # type: ignore[arg-type]

    if request.method == "POST" and done(form, strike):
        messages.success(request, "It is struck.")
        return redirect(back(request, reverse("engagement:meetings", args=[contact.participant.ref])))
    context = {"person": contact.participant, "tab": "meetings", "form": form, "contact": contact}
    return person_page(request, "engagement/contact_strike.html", context)


def _contact(request: HttpRequest, pk: int) -> Contact:
    standing = Contact.objects.visible_to(actor(request)).filter(struck_at=None).select_related("participant", "by")
    contact = get_object_or_404(standing, pk=pk)
    open_record(request, contact.participant, to=Can.MEET)
    return contact

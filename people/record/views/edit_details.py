"""Changing what a person's file says of them: numbers, ways of taking things in, addresses, safe contact."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from people.access.abilities import Can, actor, get_person, only
from people.models import Address, SafeContact
from people.record import person_services
from people.record.forms.edit_details import (
    AddressForm,
    CommunicationForm,
    EndDayForm,
    NumbersForm,
    RemoveSafeContactForm,
    SafeContactForm,
    communication_initial,
    numbers_initial,
)
from people.record.views.asking import ask


@only(Can.CHANGE_DETAILS)
def numbers_change(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    form = NumbersForm(request.POST or None, initial=numbers_initial(person), today=today)

    def act(prison_number: str, **new: Any) -> None:
        numbers = {"prison_number": prison_number, **new}
        saved = person_services.change_numbers(participant=person, by=actor(request), now=timezone.now(), **numbers)
        if saved.prison_number != prison_number:
            messages.warning(request, "The prison number was left out; the team that holds it has been told.")

    return ask(
        request,
        person,
        form,
        act,
        said="Saved.",
        heading="Numbers they are known by",
        intro=f"The CRN, {person.crn}, stays as it is. A PNC or CRO is taken only if its last letter fits.",
    )


@only(Can.CHANGE_DETAILS)
def communication_change(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref, to=Can.CHANGE_DETAILS)
    form = CommunicationForm(request.POST or None, initial=communication_initial(person))
    return ask(
        request,
        person,
        form,
        lambda **new: person_services.change_communication(participant=person, by=actor(request), **new),
        said="Saved.",
        heading="How they take things in",
        intro="Text messages and printed plans follow what is ticked here.",
    )


@only(Can.CHANGE_DETAILS)
def address_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    form = AddressForm(request.POST or None, initial={"kind": Address.Kind.MAIN, "starts_on": today})
    return ask(
        request,
        person,
        form,
        lambda **new: person_services.add_address(participant=person, today=today, by=actor(request), **new),
        said="The address is added.",
        heading="Add an address",
        submit="Add the address",
        intro="An open address of the same kind ends on the day this one starts.",
    )


@only(Can.CHANGE_DETAILS)
def address_end(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    address = get_object_or_404(Address.objects.filter(participant=person).current(today), pk=pk)
    form = EndDayForm(request.POST or None, initial={"left_on": today})
    return ask(
        request,
        person,
        form,
        lambda left_on: person_services.end_address(address=address, left_on=left_on, today=today, by=actor(request)),
        said="The address has ended.",
        heading="End an address",
        submit="End the address",
        intro=str(address),
    )


@only(Can.CHANGE_DETAILS)
def safe_contact(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    now = SafeContact.objects.visible_to(actor(request)).filter(participant=person).first()
    form = SafeContactForm(request.POST or None, initial={"note": now.note if now else ""})
    return ask(
        request,
        person,
        form,
        lambda note: person_services.note_safe_contact(participant=person, note=note, by=actor(request), today=today),
        said="Saved.",
        heading="Safe contact",
        intro="Staff who may see the whole file read this. The person’s own pages never show it.",
    )


@only(Can.CHANGE_DETAILS)
def safe_contact_remove(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, moment = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.now()
    today, by = timezone.localdate(moment), actor(request)
    return ask(
        request,
        person,
        RemoveSafeContactForm(request.POST or None),
        lambda reason: person_services.remove_safe_contact(
            participant=person, reason=reason, by=by, today=today, now=moment
        ),
        said="The note is taken away.",
        heading="Take the safe-contact note away",
        submit="Take it away",
        intro="From now on nobody is warned before they ring, write or call round.",
    )

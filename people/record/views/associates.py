"""People around a person who have no account, and the victim liaison officer, who is kept apart."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from people.access.abilities import Can, actor, get_person, only
from people.models import CircleContact, ProfessionalContact, VictimLiaison
from people.record import circle_contacts, professionals, victims
from people.record.forms.circle import ContactPersonForm, LiaisonForm, ProfessionalForm
from people.record.views.asking import ask


@only(Can.SHARE_WITH_CIRCLE)
def circle_contact_add(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.SHARE_WITH_CIRCLE), timezone.localdate()
    return ask(
        request, person, ContactPersonForm(request.POST or None),
        lambda **new: circle_contacts.add_contact(participant=person, today=today, by=actor(request), **new),
        said="They are added.", heading="Someone without an account", submit="Add them",
        intro=f"They see nothing here. {person.called} sees that they are listed.", back="people:person-circle",
        tab="circle",
    )  # fmt: skip


@only(Can.SHARE_WITH_CIRCLE)
@require_POST
def circle_contact_end(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.SHARE_WITH_CIRCLE), timezone.localdate()
    contact = get_object_or_404(CircleContact.objects.current(today).filter(participant=person), pk=pk)
    circle_contacts.end_contact(contact=contact, today=today, by=actor(request))
    messages.success(request, f"{contact.name} is no longer listed.")
    return redirect("people:person-circle", person.ref)


@only(Can.CHANGE_DETAILS)
def professional_add(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    return ask(
        request, person, ProfessionalForm(request.POST or None),
        lambda **new: professionals.add(participant=person, today=today, by=actor(request), **new),
        said="They are added.", heading="A contact at another agency", submit="Add them",
        intro=f"Staff of the case alone read this: not {person.called}, nor their circle.",
        back="people:person-workers", tab="workers",
    )  # fmt: skip


@only(Can.CHANGE_DETAILS)
@require_POST
def professional_end(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.localdate()
    listed = ProfessionalContact.objects.visible_to(actor(request)).current(today).filter(participant=person)
    contact = get_object_or_404(listed, pk=pk)
    professionals.end(contact=contact, today=today, by=actor(request))
    messages.success(request, f"{contact.name} is no longer listed.")
    return redirect("people:person-workers", person.ref)


@only(Can.SEE_VICTIM_LIAISON)
def victim_liaison(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref), timezone.localdate()
    now = VictimLiaison.objects.visible_to(actor(request)).filter(participant=person).first()
    form = LiaisonForm(
        request.POST or None,
        initial={"officer": now.officer, "contact": now.contact, "notes": now.notes} if now else {},
    )
    return ask(
        request, person, form,
        lambda **new: victims.note_liaison(participant=person, by=actor(request), today=today, **new),
        said="Saved.", heading="Victim liaison", back="people:victim-liaison", tab="circle",
        template="people/victim_liaison.html", liaison=now,
    )  # fmt: skip

"""The meetings tab of a record, and the forms behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from common.submitting import back, done
from engagement import compliance, contact_pattern, services, timeline
from engagement.forms import PAST_OUTCOMES, AbsenceForm, CallForm, ContactForm, ContactPlanForm, MessageForm
from engagement.models import Alert, Appointment, Contact, PlannedAbsence
from people.access.abilities import Can, actor, get_person, only
from people.access.limits import at_most
from people.messaging import message_queue
from people.models.phones import in_words
from people.record.person_page import person_page


@only(Can.MEET)
def meetings(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show what is next, what waits for an outcome, and the timeline."""
    person, now = get_person(request, ref), timezone.now()
    today = timezone.localdate(now)
    theirs = Appointment.objects.filter(participant=person).select_related("with_user", "office", "requirement")
    counts = compliance.counted(participant=person, today=today)
    context = {
        "person": person,
        "tab": "meetings",
        "coming": list(theirs.upcoming(now).order_by("starts_at")[:10]),
        "to_record": list(theirs.to_record(now).order_by("starts_at")[:10]),
        "outcomes": PAST_OUTCOMES,
        "counts": counts,
        "tickets": compliance.tickets(counts),
        "contact_pattern": contact_pattern.of([person.pk], today=today).get(person.pk),
        "alert": Alert.objects.open().filter(participant=person).first(),
        "absences": list(PlannedAbsence.objects.not_ended(today).filter(participant=person).order_by("starts_on")),
        "past": timeline.page(participant=person, viewer=actor(request), now=now, number=request.GET.get("page", "")),
    }
    return person_page(request, "engagement/meetings.html", context)


@only(Can.LOG_CONTACT)
@at_most("notes")
def contact_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.LOG_CONTACT), timezone.now()
    form = ContactForm(request.POST or None, now=now)

    def log(**_: object) -> None:
        services.log_contact(participant=person, by=actor(request), now=now, **form.logged())

    if request.method == "POST" and done(form, log):
        messages.success(request, "The contact is recorded.")
        return redirect(back(request, reverse("engagement:meetings", args=[person.ref])))
    return person_page(
        request, "engagement/contact_new.html", {"person": person, "tab": "meetings", "form": form, "read_only": False}
    )


@only(Can.LOG_CONTACT)
@at_most("notes")
def call_log(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Record a call in one press, from the home list, a person's header or here."""
    person, now = get_person(request, ref, to=Can.LOG_CONTACT), timezone.now()
    form = CallForm(request.POST or None)

    def log(answered: str, note: str) -> None:
        services.log_contact(
            participant=person, kind=Contact.Kind.CALL, by=actor(request), at=now, now=now, note=note,
            meaningful=answered == "yes",
        )  # fmt: skip

    if request.method == "POST" and done(form, log):
        spoke = form.cleaned_data["answered"] == "yes"
        messages.success(request, f"The call is recorded: {'you spoke' if spoke else 'no answer'}.")
        return redirect(back(request, reverse("engagement:meetings", args=[person.ref])))
    context = {"person": person, "tab": "meetings", "form": form, "read_only": False}
    return person_page(request, "engagement/call_log.html", context)


@only(Can.MEET)
@at_most("notes")
def message_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Send the person a few words."""
    person, now = get_person(request, ref, to=Can.MEET), timezone.now()
    channel, address = message_queue.reached_at(person)
    form = MessageForm(request.POST or None)

    def send(body: str) -> None:
        services.send_message(participant=person, body=body, by=actor(request), now=now)

    if request.method == "POST" and done(form, send):
        messages.success(request, f"The {channel.label.lower()} is on its way to {in_words(address)}.")
        return redirect(back(request, reverse("engagement:meetings", args=[person.ref])))
    context = {"person": person, "tab": "meetings", "form": form, "channel": channel, "address": address}
    return person_page(request, "engagement/message_new.html", context)


@only(Can.MEET)
def absence_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.MEET), timezone.now()
    form = AbsenceForm(request.POST or None)

    def plan(**typed: Any) -> None:
        services.plan_absence(participant=person, by=actor(request), now=now, **typed)

    if request.method == "POST" and done(form, plan):
        messages.success(request, "The absence is recorded. Those days do not count against them.")
        return redirect(back(request, reverse("engagement:meetings", args=[person.ref])))
    return person_page(request, "engagement/absence_new.html", {"person": person, "tab": "meetings", "form": form})


@only(Can.MEET)
def contact_plan(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, today = get_person(request, ref, to=Can.MEET), timezone.localdate()
    plan = getattr(person, "contact_plan", None)
    form = ContactPlanForm(request.POST or None, initial={"every_days": plan.every_days if plan else None})

    def agree(**typed: Any) -> None:
        services.set_contact_plan(participant=person, by=actor(request), today=today, **typed)

    if request.method == "POST" and done(form, agree):
        messages.success(request, "The plan now asks for that.")
        return redirect(back(request, reverse("engagement:meetings", args=[person.ref])))
    return person_page(request, "engagement/contact_plan.html", {"person": person, "tab": "meetings", "form": form})

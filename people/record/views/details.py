"""A person's details: who they are, how to reach them, what the court ordered, who leads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import done, press
from people import services
from people.access import sign_in_changes
from people.access.abilities import Can, actor, get_person, only
from people.models import EligibilityReview, Enrolment, Participant, TierDecision, User
from people.record import details_page, handovers
from people.record.forms.person import AskHandoverForm, ContactForm, NewLeadForm, contact_initial
from people.record.person_page import person_page

CHANGES_SHOWN = 5  # of how they sign in


@only(Can.SEE_CASELOAD)
def person_details(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Who they are, and how to reach them."""
    person, today = get_person(request, ref), timezone.localdate()
    lately = person.sign_in_changes.open_or_since(timezone.now() - sign_in_changes.LATELY)
    changes = list(lately[: CHANGES_SHOWN + 1])
    context = {
        "person": person,
        "tab": "details",
        "age": person.age_on(today),
        "paper": person.code_letters.usable(timezone.now()).first(),
        "ways_in": changes[:CHANGES_SHOWN],
        "more_ways_in": len(changes) > CHANGES_SHOWN,
        "leads": handovers.lead_of(person, today) == actor(request),
        **details_page.of(person=person, viewer=actor(request), today=today),
    }
    return person_page(request, "people/person_details.html", context)


@only(Can.SEE_CASELOAD)
def person_sentence(request: HttpRequest, ref: UUID) -> HttpResponse:
    """What the court ordered, where they are because of it, and the programmes they are on."""
    person, today = get_person(request, ref), timezone.localdate()
    context = {
        "person": person,
        "tab": "sentence",
        "today": today,
        "sentences": details_page.sentences_of(person, today),
        "enrolments": _enrolments(person),
    }
    return person_page(request, "people/person_sentence.html", context)


@only(Can.SEE_CASELOAD)
def person_workers(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Who works with them, who did, and who else may see the record."""
    person, today = get_person(request, ref), timezone.localdate()
    context = {
        "person": person,
        "tab": "workers",
        "handover": person.handover_requests.waiting().select_related("to", "asked_by").first(),
        "merges": person.merges.standing().order_by("-merged_at"),
        "assignments": person.assignments.select_related("practitioner").order_by("-starts_on", "-pk"),
        **details_page.workers_of(person=person, viewer=actor(request), today=today),
    }
    return person_page(request, "people/person_workers.html", context)


def _enrolments(person: Participant) -> object:
    rows = Enrolment.objects.filter(participant=person).select_related("programme", "asked_by", "overridden_by")
    return rows.prefetch_related(
        "results",
        Prefetch("reviews", EligibilityReview.objects.select_related("decided_by").order_by("found_at")),
        Prefetch("tiers", TierDecision.objects.select_related("asked_by").order_by("asked_at")),
    ).order_by("-asked_on", "-pk")


@only(Can.CHANGE_DETAILS)
def contact_change(request: HttpRequest, ref: UUID) -> HttpResponse:
    person = get_person(request, ref, to=Can.CHANGE_DETAILS)
    form = ContactForm(request.POST or None, initial=contact_initial(person))
    if request.method == "POST" and done(
        form, lambda **new: services.change_contact(participant=person, by=actor(request), now=timezone.now(), **new)
    ):
        messages.success(request, "Saved.")
        return redirect("people:person-details", person.ref)
    return person_page(request, "people/contact_change.html", {"person": person, "tab": "details", "form": form})


@only(Can.TRANSFER)
def change_lead(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.TRANSFER), timezone.now()
    today = timezone.localdate(now)
    lead, by = handovers.lead_of(person, today), actor(request)
    yours = handovers.may_transfer(user=by, participant=person, today=today)
    form = (NewLeadForm if yours else AskHandoverForm)(request.POST or None, today=today, lead=lead)

    def act(practitioner: User, note: str = "") -> None:
        given: dict[str, Any] = {"participant": person, "practitioner": practitioner, "today": today, "now": now}
        if yours:
            handovers.transfer(by=by, **given)
            said = f"{person.name} is handed over to {practitioner.name}. {handovers.who_is_told(person)}"
        else:
            handovers.ask(by=by, note=note, **given)
            said = "You have asked. Whoever leads the case or their manager will answer."
        messages.success(request, said)

    if request.method == "POST" and done(form, act):
        return _where_still_seen(request, person)
    told = handovers.who_is_told(person) if yours else ""
    context = {"person": person, "tab": "workers", "form": form, "lead": lead, "yours": yours, "told": told}
    return person_page(request, "people/lead_change.html", context)


def _where_still_seen(request: HttpRequest, person: Participant) -> HttpResponse:
    if Participant.objects.visible_to(actor(request)).filter(pk=person.pk).exists():
        return redirect("people:person-workers", person.ref)
    return redirect("people:participant-list")


@only(Can.CHANGE_DETAILS)
@require_POST
def portal_open(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.CHANGE_DETAILS), timezone.now()
    return press(
        request,
        lambda: services.open_portal(participant=person, today=timezone.localdate(now), now=now, by=actor(request)),
        said=f"{person.called} can now sign in with a code.",
        to=reverse("people:person-details", args=[person.ref]),
    )

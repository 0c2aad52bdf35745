"""Putting a person on a programme: the rules asked first, overridden by a senior, ended with a reason."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from common.submitting import done
from people.access.abilities import Can, actor, get_person, only
from people.models import Enrolment, Participant, Programme
from people.programmes import eligibility, enrolment
from people.record.forms.person import ProgrammeChoice, ReasonForm
from people.record.person_page import person_page


@only(Can.ENROL)
def enrolment_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Choose a programme (a GET shows what its rules say), then ask and record the answer."""
    person, now = get_person(request, ref, to=Can.ENROL), timezone.now()
    today = timezone.localdate(now)
    form = ProgrammeChoice(request.POST or (request.GET if "programme" in request.GET else None), person=person)

    def ask(programme: Programme) -> None:
        answer = enrolment.enrol(participant=person, programme=programme, by=actor(request), today=today, now=now)
        _say(request, answer)

    if request.method == "POST" and done(form, ask):
        return redirect("people:person-sentence", person.ref)
    programme = form.cleaned_data.get("programme") if form.is_bound and form.is_valid() else None
    answers = eligibility.answers(participant=person, programme=programme, today=today) if programme else []
    context = {"form": form, "programme": programme, "answers": answers, "eligible": eligibility.eligible(answers)}
    return person_page(request, "people/enrolment_new.html", {"person": person, "tab": "sentence", **context})


def _say(request: HttpRequest, answer: Enrolment) -> None:
    if answer.state == Enrolment.State.ENROLLED:
        messages.success(request, f"Enrolled on {answer.programme}.")
    else:
        messages.warning(request, f"Not eligible for {answer.programme}. Each rule's answer is kept below.")


def _enrolment(person: Participant, pk: int, state: Enrolment.State) -> Enrolment:
    rows = Enrolment.objects.select_related("programme").filter(participant=person, state=state)
    return get_object_or_404(rows, pk=pk)


@only(Can.OVERRIDE_ELIGIBILITY)
def enrolment_override(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.OVERRIDE_ELIGIBILITY), timezone.now()
    today = timezone.localdate(now)
    refused = _enrolment(person, pk, Enrolment.State.NOT_ELIGIBLE)
    form = ReasonForm(request.POST or None, question="Why is this programme right for this person all the same?")

    if request.method == "POST" and done(
        form,
        lambda reason: enrolment.override(enrolment=refused, by=actor(request), reason=reason, today=today, now=now),
    ):
        messages.success(
            request, f"Enrolled on {refused.programme}. Your name and reason are kept with the rules' answers."
        )
        return redirect("people:person-sentence", person.ref)
    context = {"person": person, "tab": "sentence", "form": form, "enrolment": refused}
    return person_page(request, "people/enrolment_override.html", context)


@only(Can.ENROL)
def enrolment_end(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person, now = get_person(request, ref, to=Can.ENROL), timezone.now()
    today = timezone.localdate(now)
    row = _enrolment(person, pk, Enrolment.State.ENROLLED)
    form = ReasonForm(request.POST or None, question="Why does it end?", most=300)

    if request.method == "POST" and done(
        form,
        lambda reason: enrolment.end_enrolment(enrolment=row, reason=reason, today=today, now=now, by=actor(request)),
    ):
        messages.success(request, f"{row.programme} has ended for {person.called}.")
        return redirect("people:person-sentence", person.ref)
    context = {"person": person, "tab": "sentence", "form": form, "enrolment": row}
    context["notes"] = [(note.template, note.context(row)) for note in enrolment.END_NOTES]
    return person_page(request, "people/enrolment_end.html", context)

"""Putting a person on a programme: the rules asked first, overridden by a senior, ended with a reason."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import done, form_page, press
from people.access.abilities import Can, actor, get_person, only
from people.models import EligibilityReview, Enrolment, Participant, Programme, TierDecision
from people.programmes import asked_again, eligibility, enrolment, tiers
from people.programmes.forms import TierForm
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


@only(Can.OVERRIDE_ELIGIBILITY)
def enrolment_again(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """The rules would say no now: they stay all the same, with a reason; or it ends, on its own page."""
    person = get_person(request, ref, to=Can.OVERRIDE_ELIGIBILITY)
    rows = EligibilityReview.objects.open().select_related("enrolment__programme")
    review = get_object_or_404(rows, enrolment__participant=person, enrolment=pk)
    return form_page(
        request, form=ReasonForm(request.POST or None, question="Why do they stay all the same?"),
        act=lambda reason: asked_again.let_stay(
            review=review, reason=reason, seen=request.POST.getlist("seen"), by=actor(request), now=timezone.now()
        ),
        said=f"{person.called} stays on {review.enrolment.programme}. Your name and reason are kept.",
        to=reverse("people:person-sentence", args=[ref]), template="people/enrolment_again.html", draw=person_page,
        context={
            "person": person, "tab": "sentence", "review": review, "enrolment": review.enrolment,
            "notes": [(note.template, note.context(review.enrolment)) for note in enrolment.END_NOTES],
        },
    )  # fmt: skip


@only(Can.ENROL)
def tier_new(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Propose how much help someone has from a programme."""
    person, now = get_person(request, ref, to=Can.ENROL), timezone.now()
    row, today = _enrolment(person, pk, Enrolment.State.ENROLLED), timezone.localdate(now)
    hints = {tier.value: words for tier, words in tiers.MEANS.items()}
    return form_page(
        request, form=TierForm(request.POST or None, hints=hints, today=today + timedelta(days=1)),
        act=lambda **typed: tiers.propose(enrolment=row, by=actor(request), today=today, now=now, **typed),
        said="Proposed. A manager who did not propose it decides.", to=reverse("people:person-sentence", args=[ref]),
        template="people/tier_new.html", draw=person_page,
        context={"person": person, "tab": "sentence", "enrolment": row},
    )  # fmt: skip


def _proposed(person: Participant, pk: int) -> TierDecision:
    rows = TierDecision.objects.filter(enrolment__participant=person, state=TierDecision.State.ASKED)
    return get_object_or_404(rows.select_related("enrolment__programme", "asked_by"), pk=pk)


@only(Can.OVERRIDE_ELIGIBILITY)
def tier_answer(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Agree how much help someone has, or not."""
    person = get_person(request, ref, to=Can.OVERRIDE_ELIGIBILITY)
    decision = _proposed(person, pk)
    return form_page(
        request, form=ReasonForm(request.POST or None, question="Why not?"),
        act=lambda reason: tiers.refuse(decision=decision, answer=reason, by=actor(request), now=timezone.now()),
        said="Written down. Who proposed it reads why.", to=reverse("people:person-sentence", args=[ref]),
        template="people/tier_answer.html", draw=person_page,
        context={
            "person": person, "tab": "sentence", "decision": decision, "means": tiers.MEANS[tiers.Tier(decision.tier)],
            "may_answer": decision.asked_by_id != actor(request).pk,
        },
    )  # fmt: skip


@only(Can.OVERRIDE_ELIGIBILITY)
@require_POST
def tier_agree(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    person = get_person(request, ref, to=Can.OVERRIDE_ELIGIBILITY)
    decision = _proposed(person, pk)
    return press(
        request, lambda: tiers.agree(decision=decision, by=actor(request), now=timezone.now()),
        said="Agreed. Where it is another tier than before, they are told.",
        to=reverse("people:person-sentence", args=[ref]),
    )  # fmt: skip


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

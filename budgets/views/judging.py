"""Whether someone has shown commitment: written down by a colleague, and looked at again where the person asks."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from budgets import judgements
from budgets.forms.deciding import JudgementForm
from budgets.forms.ways import WhyForm
from budgets.models import Budget, Judgement
from common.submitting import form_page
from people.access.abilities import Can, actor, get_person, only, own_record
from people.record.person_page import person_page


@only(Can.ASK_FOR_PERSON)
def judge(request: HttpRequest, ref: UUID, budget: int) -> HttpResponse:
    """Write down whether someone has shown commitment, and on what evidence."""
    person = get_person(request, ref, to=Can.ASK_FOR_PERSON)
    rows = Budget.objects.visible_to(actor(request)).open().select_related("enrolment__programme")
    found = get_object_or_404(rows, pk=budget, enrolment__participant=person)
    before = found.enrolment.judgements.select_related("by").order_by("-at", "-pk")
    return form_page(
        request, form=JudgementForm(request.POST or None), said="Written down. The person can read it.",
        act=lambda **typed: judgements.judge(
            enrolment=found.enrolment, by=actor(request), now=timezone.now(), **typed
        ),
        to=reverse("budgets:person-money", args=[ref]), template="budgets/staff/judge.html", draw=person_page,
        context={"person": person, "tab": "money", "budget": found, "before": before},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def appeal(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """They ask that someone else looks at a “not yet”; taken down for them."""
    person = get_person(request, ref, to=Can.ASK_FOR_PERSON)
    rows = Judgement.objects.visible_to(actor(request)).select_related("enrolment__participant", "by")
    found = get_object_or_404(rows, pk=pk, enrolment__participant=person)
    return form_page(
        request, form=WhyForm(request.POST or None), said="Sent. Someone else looks at it.",
        act=lambda **typed: judgements.appeal(judgement=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:person-money", args=[ref]), template="budgets/staff/judgement_appeal.html",
        draw=person_page, context={"person": person, "tab": "money", "judgement": found},
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """I ask that someone else looks at a “not yet”."""
    rows = Judgement.objects.filter(enrolment__participant=own_record(request)).select_related("enrolment__participant")
    found = get_object_or_404(rows, pk=pk)
    return form_page(
        request, form=WhyForm(request.POST or None), said="Sent. Someone else will look at it.",
        act=lambda **typed: judgements.appeal(judgement=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-money"), template="budgets/portal/my_judgement_appeal.html",
        context={"person": own_record(request), "judgement": found},
    )  # fmt: skip

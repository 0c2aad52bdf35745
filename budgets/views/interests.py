"""The register of interests: whom one knows outside work, and which payees one has to do with."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import interests
from budgets.forms.interests import ColleagueInterestForm, InterestForm, PayeeInterestForm
from budgets.models import Interest
from common.submitting import form_page, press
from people.access.abilities import Can, actor, get_person, only
from people.record.person_page import person_page

FIRST = F("ended_at").desc(nulls_first=True), "-said_at", "-pk"  # those that still count


@only(Can.ASK_FOR_PERSON, Can.KEEP_BOOKS, Can.VOTE)
def my_interests(request: HttpRequest) -> HttpResponse:
    """What I have said, and a form for one more payee."""
    user = actor(request)
    rows = Interest.objects.filter(Q(user=user) | Q(colleague=user)).select_related("participant", "colleague", "user")
    return form_page(
        request, form=PayeeInterestForm(request.POST or None), said="Thank you. You do not pay them from now on.",
        act=lambda **typed: interests.say(by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-interests"), template="budgets/staff/my_interests.html", draw=render,
        context={"page": Paginator(rows.order_by(*FIRST), 25).get_page(request.GET.get("page"))},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON, Can.KEEP_BOOKS, Can.VOTE)
def colleague_interest(request: HttpRequest) -> HttpResponse:
    """Say which colleague one knows outside work."""
    now = timezone.now()
    return form_page(
        request, form=ColleagueInterestForm(request.POST or None, today=timezone.localdate(now), by=actor(request)),
        said="Thank you. Neither of you decides or pays what the other asked for.",
        act=lambda **typed: interests.say(by=actor(request), now=now, **typed),
        to=reverse("budgets:my-interests"), template="budgets/staff/colleague_interest.html", draw=render, context={},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def person_interests(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Who said that they know this person outside work, and a form to say so oneself."""
    person = get_person(request, ref, to=Can.ASK_FOR_PERSON)
    said = Interest.objects.visible_to(actor(request)).filter(participant=person).select_related("user")
    return form_page(
        request, form=InterestForm(request.POST or None),
        said=f"Thank you. Someone else decides about {person.called}’s money, and pays.",
        act=lambda **typed: interests.say(participant=person, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:person-interests", args=[ref]), template="budgets/staff/person_interests.html",
        draw=person_page,
        context={
            "person": person, "tab": "money", "interests": said.order_by(*FIRST),
            "mine": said.current().filter(user=actor(request)).first(),
        },
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON, Can.KEEP_BOOKS, Can.VOTE)
@require_POST
def interest_end(request: HttpRequest, pk: int) -> HttpResponse:
    """It has ended."""
    found = get_object_or_404(Interest.objects.filter(user=actor(request)), pk=pk)
    return press(
        request, lambda: interests.end(interest=found, by=actor(request), now=timezone.now()),
        said="Ended. It stays to be read.", to=reverse("budgets:my-interests"),
    )  # fmt: skip

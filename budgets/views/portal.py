"""The participant's own money: the sum first, then what was asked, then a way to ask."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import services
from budgets.forms import AskForm, WithoutMoneyForm
from budgets.models import Budget, SpendRequest, Transaction
from common.errors import RuleBroken
from lifeplans.models import Goal, Strength
from people.access.abilities import Can, actor, only, own_record


@only(Can.USE_PORTAL)
def my_money(request: HttpRequest) -> HttpResponse:
    """How much I have, to the penny, and where it went."""
    person = own_record(request)
    budgets = list(
        Budget.objects.of(person).open().with_money().select_related("enrolment__programme").order_by("opened_on")
    )
    for budget in budgets:  # a person has one or two budgets, and each is marked once in its life
        services.see_sum(budget=budget, now=timezone.now())
    requests = SpendRequest.objects.filter(budget__in=budgets).sent().order_by("-asked_at")
    context = {"person": person, "budgets": budgets, "requests": requests}
    return render(request, "budgets/portal/my_money.html", context)


@only(Can.USE_PORTAL)
def my_pennies(request: HttpRequest) -> HttpResponse:
    """Every move of my money, newest first."""
    person = own_record(request)
    moves = (
        Transaction.objects.filter(budget__enrolment__participant=person)
        .with_amount()
        .select_related("request")
        .order_by("-at", "-pk")
    )
    return render(request, "budgets/portal/my_pennies.html", {"person": person, "moves": moves[:200]})


def _my_budget(request: HttpRequest, pk: int) -> Budget:
    person = own_record(request)
    return get_object_or_404(
        Budget.objects.of(person).open().with_money().select_related("enrolment__programme", "enrolment__participant"),
        pk=pk,
    )


@only(Can.USE_PORTAL)
def ask_first(request: HttpRequest, budget: int) -> HttpResponse:
    """The first question: who or what could help without money?"""
    mine = _my_budget(request, budget)
    person = mine.enrolment.participant
    draft = SpendRequest.objects.filter(budget=mine, started_by=actor(request), state="DRAFT").first()
    start = {"goal": draft.goal_id, "without_money": draft.without_money} if draft else {}
    form = WithoutMoneyForm(request.POST or None, person=person, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.start_request(budget=mine, by=actor(request), **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("budgets:ask", draft.pk)
    context = {
        "person": person, "budget": mine, "form": form, "strengths": Strength.objects.kept().in_plan_of(person.pk),
        "has_goals": Goal.objects.open().in_plan_of(person.pk).exists(),
    }  # fmt: skip
    return render(request, "budgets/portal/ask_first.html", context)


@only(Can.USE_PORTAL)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The second page: what, how much, for whom, and why it matters."""
    person = own_record(request)
    draft = get_object_or_404(
        SpendRequest.objects.visible_to(actor(request)).with_person(),
        pk=pk,
        started_by=actor(request),
        budget__enrolment__participant=person,
    )
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask(request=draft, by=actor(request), now=timezone.now(), **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sent. We will tell you when there is an answer.")
            return redirect("budgets:my-request", draft.pk)
    budget = Budget.objects.with_money().select_related("enrolment__programme").get(pk=draft.budget_id)
    return render(
        request, "budgets/portal/ask.html", {"person": person, "draft": draft, "budget": budget, "form": form}
    )


@only(Can.USE_PORTAL)
def my_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One thing I asked for, and the answer with its reasons."""
    person = own_record(request)
    rows = (
        SpendRequest.objects.visible_to(actor(request)).sent().with_person().select_related("commitment", "decided_by")
    )
    spend = get_object_or_404(rows, pk=pk, budget__enrolment__participant=person)
    return render(request, "budgets/portal/my_request.html", {"person": person, "spend": spend})


@only(Can.USE_PORTAL)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not want it any more."""
    person = own_record(request)
    spend = get_object_or_404(
        SpendRequest.objects.visible_to(actor(request)).sent(), pk=pk, budget__enrolment__participant=person
    )
    try:
        services.withdraw(request=spend)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You took it back.")
    return redirect("budgets:my-money")

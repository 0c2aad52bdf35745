"""The participant's own money: the sum first, then what was asked, then a way to ask."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import (
    agreements,
    appeals,
    helped,
    matches,
    person_statement,
    prices,
    questions,
    receipts,
    recovery,
    services,
    story,
)
from budgets.about import about
from budgets.deciding import is_for_panel
from budgets.forms.asking import (
    AnswerForm,
    AppealForm,
    AskForm,
    HelpedForm,
    QuestionForm,
    SmallThingForm,
    WithoutMoneyForm,
)
from budgets.forms.ways import ReceiptForm, WhyForm
from budgets.in_hand import in_hand
from budgets.models import (
    Budget,
    Helped,
    MoneyRules,
    PanelCase,
    Question,
    Receipt,
    SpendRequest,
    WayAgreement,
)
from budgets.ways import KNOWN
from common import idempotency
from common.heavy import heavy
from common.submitting import done, form_page, press
from lifeplans.models import Goal, Strength
from people.access import sign_in_changes
from people.access.abilities import Can, actor, only, own_record

SENT: dict[str, str] = {
    SpendRequest.State.ASKED: "Sent. We will tell you when there is an answer.",
    SpendRequest.State.APPROVED: "Sent, and the answer is yes.",
}


@only(Can.USE_PORTAL)
def my_money(request: HttpRequest) -> HttpResponse:
    """How much I have, to the penny, and where it went."""
    person = own_record(request)
    mine = list(Budget.objects.of(person).with_money().select_related("enrolment__programme").order_by("opened_on"))
    requests = SpendRequest.objects.filter(budget__in=mine).sent().order_by("-asked_at")
    context = {
        "person": person,
        "budgets": about([budget for budget in mine if not budget.ended_on], timezone.now()),
        "ended": [budget for budget in mine if budget.ended_on],
        "requests": requests,
        "ways": list(
            _my_ways(request).filter(budget__in=mine).exclude(state="WITH_SENIOR").order_by("-asked_at", "-pk")
        ),
        "in_hand": sum(in_hand(mine).values()),
    }
    return render(request, "budgets/portal/my_money.html", context)


def _my_ways(request: HttpRequest) -> QuerySet[WayAgreement]:
    """Those that I may read: a proposal that a manager has not agreed to is nothing to sign yet."""
    mine = WayAgreement.objects.filter(budget__enrolment__participant=own_record(request))
    rows = mine.exclude(state=WayAgreement.State.WITH_SENIOR).with_names()
    return rows.select_related("budget__enrolment__participant", "budget__enrolment__programme")


@only(Can.USE_PORTAL)
def my_way(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement about how I take my money: what it says, and whether I want it."""
    agreement = get_object_or_404(_my_ways(request), pk=pk)
    there = in_hand([agreement.budget_id])[agreement.budget_id, agreement.way]
    context = {"person": own_record(request), "agreement": agreement, "known": KNOWN[agreement.way], "in_hand": there}
    return render(request, "budgets/portal/my_way.html", context)


@only(Can.USE_PORTAL)
@require_POST
def sign_way(request: HttpRequest, pk: int) -> HttpResponse:
    """I want it."""
    agreement = get_object_or_404(_my_ways(request), pk=pk)
    return press(
        request, lambda: agreements.sign(agreement=agreement, by=actor(request), now=timezone.now()),
        said="Signed. It counts from today.", to=reverse("budgets:my-way", args=[pk]),
    )  # fmt: skip


@only(Can.USE_PORTAL)
def decline_way(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not want it."""
    agreement = get_object_or_404(_my_ways(request), pk=pk)
    return form_page(
        request, form=WhyForm(request.POST or None), said="Thank you for telling us. Your worker can read why.",
        act=lambda **typed: agreements.decline(agreement=agreement, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-money"), template="budgets/portal/decline_way.html",
        context={"person": own_record(request), "agreement": agreement},
    )  # fmt: skip


@only(Can.USE_PORTAL)
def stop_way(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not want it any more."""
    agreement = get_object_or_404(_my_ways(request), pk=pk)
    return form_page(
        request, form=WhyForm(request.POST or None), said="It stopped. Your worker can read why.",
        act=lambda **typed: agreements.stop(agreement=agreement, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-way", args=[pk]), template="budgets/portal/stop_way.html",
        context={"person": own_record(request), "agreement": agreement},
    )  # fmt: skip


def _my_line(request: HttpRequest, pk: int) -> SpendRequest:
    rows = SpendRequest.objects.visible_to(actor(request)).sent().with_person().select_related("commitment")
    return get_object_or_404(rows, pk=pk, budget__enrolment__participant=own_record(request), commitment__isnull=False)


@only(Can.USE_PORTAL)
@heavy("POST")
def show_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """I show what I bought, with a picture from the phone."""
    spend = _my_line(request, pk)
    form = ReceiptForm(request.POST or None, request.FILES or None, today=timezone.localdate())
    return form_page(
        request, form=form, said="Thank you. Your worker can see it.", to=reverse("budgets:my-request", args=[pk]),
        act=lambda picture, **typed: receipts.show(
            spend=spend, by=actor(request), now=timezone.now(), picture=picture and (picture.name, picture.read()),
            **typed,
        ),
        template="budgets/portal/show_receipt.html",
        context={"person": own_record(request), "spend": spend, "line": receipts.line_of(spend)},
    )  # fmt: skip


@only(Can.USE_PORTAL)
@require_POST
def strike_receipt(request: HttpRequest, pk: int, receipt: int) -> HttpResponse:
    """I wrote one down wrongly."""
    spend = _my_line(request, pk)
    rows = Receipt.objects.visible_to(actor(request)).select_related("commitment__spend__budget__enrolment")
    found = get_object_or_404(rows, pk=receipt, commitment__spend=spend)
    return press(
        request, lambda: receipts.strike(receipt=found, by=actor(request), now=timezone.now()),
        said="Taken out.", to=reverse("budgets:my-request", args=[pk]),
    )  # fmt: skip


@only(Can.USE_PORTAL)
@require_POST
def sum_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """I have seen how much I have."""
    budget = _my_budget(request, pk)
    return press(
        request,
        lambda: services.see_sum(budget=budget, by=actor(request), now=timezone.now()),
        said=sign_in_changes.said(actor(request), own_record(request), "Thank you. We know you have seen it."),
        to=reverse("budgets:my-money"),
    )


@only(Can.USE_PORTAL)
def my_pennies(request: HttpRequest) -> HttpResponse:
    """Every move of my money, newest first."""
    person = own_record(request)
    mine = list(Budget.objects.of(person).select_related("enrolment__programme"))
    told = [line for _, lines in person_statement.lines(mine) for line in reversed(lines)]
    moves = sorted(told, key=lambda line: line.on, reverse=True)
    return render(request, "budgets/portal/my_pennies.html", {"person": person, "moves": moves[:200]})


def _my_budget(request: HttpRequest, pk: int) -> Budget:
    person = own_record(request)
    return get_object_or_404(
        Budget.objects.of(person).open().with_money().select_related("enrolment__programme", "enrolment__participant"),
        pk=pk,
    )


@only(Can.USE_PORTAL)
def my_statement(request: HttpRequest) -> HttpResponse:
    """Every move of my money, and what was left after it, to print."""
    person = own_record(request)
    mine = Budget.objects.of(person).select_related("enrolment__programme").order_by("opened_on")
    context = {
        "person": person, "today": timezone.localdate(), "own": True,
        "statements": person_statement.lines(list(mine)),
    }  # fmt: skip
    return render(request, "budgets/statement.html", context)


@only(Can.USE_PORTAL)
def my_ask(request: HttpRequest) -> HttpResponse:
    """From a goal: the form of my one open budget; where there are none or several, my money."""
    mine = list(Budget.objects.of(own_record(request)).open()[:2])
    goal = request.GET.get("goal", "")
    if len(mine) != 1:
        return redirect("budgets:my-money")
    where = reverse("budgets:ask-first", args=[mine[0].pk])
    return redirect(f"{where}?goal={goal}" if goal.isdecimal() else where)


@only(Can.USE_PORTAL)
def ask_first(request: HttpRequest, budget: int) -> HttpResponse:
    """The first question: who or what could help without money?"""
    mine = _my_budget(request, budget)
    person = mine.enrolment.participant
    draft = SpendRequest.objects.filter(budget=mine, started_by=actor(request), state="DRAFT").first()
    before = {"goal": draft.goal_id, "without_money": draft.without_money} if draft else {}
    before |= {"goal": request.GET["goal"]} if request.GET.get("goal") else {}
    form = WithoutMoneyForm(request.POST or None, person=person, initial=before)
    started: list[SpendRequest] = []

    def start(**typed: Any) -> None:
        started.append(services.start_request(budget=mine, by=actor(request), **typed))

    if request.method == "POST" and done(form, start):
        return redirect("budgets:ask", started[0].pk)
    context = {
        "person": person, "budget": mine, "form": form, "strengths": Strength.objects.kept().in_plan_of(person.pk),
        "has_goals": Goal.objects.open().in_plan_of(person.pk).exists(),
    }  # fmt: skip
    return render(request, "budgets/portal/ask_first.html", context)


@only(Can.USE_PORTAL)
def ask_small(request: HttpRequest, budget: int) -> HttpResponse:
    """Three presses for something small."""
    mine = _my_budget(request, budget)
    person, now = mine.enrolment.participant, timezone.now()
    in_force = MoneyRules.objects.of(mine.enrolment.programme, timezone.localdate(now))
    things = prices.small_things(mine, in_force)
    form = SmallThingForm(request.POST or None, person=person, things=things, goal=request.GET.get("goal", ""))
    return form_page(
        request, form=form, said=lambda sent: sign_in_changes.said(actor(request), person, SENT[sent.state]),
        act=lambda **typed: services.ask_small(
            budget=mine, by=actor(request), now=now, key=idempotency.key_for(request, f"small:{budget}"), **typed
        ),
        to=lambda sent: reverse("budgets:my-request", args=[sent.pk]), template="budgets/portal/ask_small.html",
        context={
            "person": person, "budget": mine, "things": things,
            "has_goals": Goal.objects.open().in_plan_of(person.pk).exists(),
        },
    )  # fmt: skip


@only(Can.USE_PORTAL)
@heavy("POST")
def ask_write(request: HttpRequest, pk: int) -> HttpResponse:
    """The second page: what, how much, for whom, and why it matters."""
    person = own_record(request)
    draft = get_object_or_404(
        SpendRequest.objects.visible_to(actor(request)).with_person(),
        pk=pk,
        started_by=actor(request),
        budget__enrolment__participant=person,
    )
    budget = Budget.objects.with_money().select_related("enrolment__programme").get(pk=draft.budget_id)
    in_force = MoneyRules.objects.of(budget.enrolment.programme, timezone.localdate())
    signed = agreements.signed(budget)
    return form_page(
        request, form=AskForm(
            request.POST or None, request.FILES or None, rules=in_force, person=person, signed=signed,
            most=prices.most_for(budget, in_force),
            services=matches.to_choose_from(person, draft.goal, timezone.localdate()),
        ),
        said=lambda sent: sign_in_changes.said(actor(request), person, SENT[sent.state]),
        act=lambda quote, **typed: services.ask(
            spend=draft, by=actor(request), now=timezone.now(), key=idempotency.key_for(request, f"ask:{pk}"),
            quote=quote and (quote.name, quote.read()), **typed,
        ),
        to=reverse("budgets:my-request", args=[draft.pk]), template="budgets/portal/ask.html",
        context={"person": person, "draft": draft, "budget": budget},
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One thing I asked for, and the answer with its reasons."""
    person = own_record(request)
    spend = _my_sent(request, pk)
    services.read_answer(spend=spend, by=actor(request), now=timezone.now())
    now, case = timezone.now(), PanelCase.objects.filter(spend=spend).prefetch_related("questions").first()
    in_force = MoneyRules.objects.of(spend.budget.enrolment.programme, timezone.localdate(now))
    context: dict[str, Any] = {
        "person": person, "spend": spend, "line": receipts.line_of(spend), "today": timezone.localdate(now),
        "questions": (asked := list(spend.questions.order_by("asked_at"))),
        "may_query": all(each.answered_at for each in asked),
        "helped": Helped.objects.filter(spend=spend).first(),
        "may_say_helped": helped.bought().filter(pk=spend.pk, helped=None).exists(),
        "again": appeals.again_of(spend),
        "for_panel": bool(case) or is_for_panel(spend, in_force),
        "promised_by": story.promised_by(spend, case) if spend.state == SpendRequest.State.ASKED else None,
        "case": case, "story": story.of(spend, case, for_panel=is_for_panel(spend, in_force)),
        "rules": in_force,
        "may_appeal": not appeals.refusal(spend, now),
        "recoveries": recovery.of_person(spend, timezone.localdate(now)),
    }  # fmt: skip
    if spend.waits_for_id:
        context["waits_for_team"] = sign_in_changes.who_confirms(person)
    return render(request, "budgets/portal/my_request.html", context)


def _my_sent(request: HttpRequest, pk: int) -> SpendRequest:
    rows = SpendRequest.objects.visible_to(actor(request)).sent().with_person()
    rows = rows.select_related("decided_by", "commitment__referral__service__provider")
    return get_object_or_404(rows, pk=pk, budget__enrolment__participant=own_record(request))


@only(Can.USE_PORTAL)
def my_answer(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """I answer what whoever decides asked me."""
    spend = _my_sent(request, pk)
    rows = Question.objects.filter(spend=spend).select_related("spend__budget__enrolment__participant")
    found = get_object_or_404(rows, pk=question)
    return form_page(
        request, form=AnswerForm(request.POST or None), said="Sent. Now someone will decide.",
        act=lambda **typed: questions.answer(question=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-request", args=[pk]), template="budgets/portal/my_answer.html",
        context={"person": own_record(request), "spend": spend, "question": found},
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_query(request: HttpRequest, pk: int) -> HttpResponse:
    """I ask about something that I asked for."""
    spend = _my_sent(request, pk)
    form = QuestionForm(request.POST or None, help_text="Your worker reads this, and answers you here")
    return form_page(
        request, form=form, said="Sent. Your worker will answer you here.",
        act=lambda **typed: questions.ask_about(spend=spend, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-request", args=[pk]), template="budgets/portal/my_query.html",
        context={"person": own_record(request), "spend": spend},
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_helped(request: HttpRequest, pk: int) -> HttpResponse:
    """Did it help?"""
    spend = _my_sent(request, pk)
    return form_page(
        request, form=HelpedForm(request.POST or None), said="Thank you for telling us.",
        act=lambda **typed: helped.say(spend=spend, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:my-request", args=[pk]), template="budgets/portal/my_helped.html",
        context={"person": own_record(request), "spend": spend},
    )  # fmt: skip


@only(Can.USE_PORTAL)
def my_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """I ask someone else to look at it again."""
    spend = _my_sent(request, pk)
    key = idempotency.key_for(request, f"appeal:{pk}")
    return form_page(
        request, form=AppealForm(request.POST or None), said="Sent. Someone else will look at it.",
        act=lambda **typed: appeals.appeal(spend=spend, by=actor(request), now=timezone.now(), key=key, **typed),
        to=lambda made: reverse("budgets:my-request", args=[made.pk]), template="budgets/portal/my_appeal.html",
        context={"person": own_record(request), "spend": spend},
    )  # fmt: skip


@only(Can.USE_PORTAL)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not want it any more."""
    person = own_record(request)
    spend = get_object_or_404(
        SpendRequest.objects.visible_to(actor(request)).sent(), pk=pk, budget__enrolment__participant=person
    )
    return press(
        request,
        lambda: services.withdraw(
            spend=spend, by=actor(request), now=timezone.now(), key=idempotency.key_for(request, f"take-back:{pk}")
        ),
        said="You took it back.",
        to=reverse("budgets:my-money"),
    )

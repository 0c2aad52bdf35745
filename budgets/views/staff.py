"""A person's money, and requests to decide, for practitioners and managers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import (
    agreements,
    appeals,
    checks,
    helped,
    invoices,
    matches,
    panels,
    part_deliveries,
    person_statement,
    prices,
    questions,
    receipts,
    recovery,
    repeating,
    services,
    to_watch,
)
from budgets.about import about
from budgets.balance import offer, whose_money
from budgets.checks import Check
from budgets.deciding import is_for_panel
from budgets.drawing import order_for
from budgets.forms.asking import (
    AnswerForm,
    AppealForm,
    AskForm,
    HelpedForm,
    PriceForm,
    QuestionForm,
    RequestFilterForm,
    WithoutMoneyForm,
    asked_from,
)
from budgets.forms.deciding import DecideForm
from budgets.models import (
    Budget,
    Commitment,
    Correction,
    Helped,
    MoneyRules,
    PanelCase,
    PanelVote,
    PayOrder,
    Question,
    SpendRequest,
    SpotCheck,
    Transaction,
    Way,
    WayAgreement,
)
from budgets.prohibited import Hint, hints
from common import idempotency
from common.errors import RuleBroken
from common.forms import Form
from common.heavy import heavy
from common.submitting import done, form_page, press
from people.access import access_log, sign_in_changes
from people.access.abilities import Can, actor, can, get_person, only, open_record
from people.models import Enrolment, Participant, User
from people.programmes import asked_again
from people.record.licences import money_conditions
from people.record.person_page import person_page
from providers.models import Service
from providers.models.referrals import NOT_GIVEN

PANEL = "Sent. It is more than one manager decides, so a panel does."
SENT: dict[str, str] = {
    SpendRequest.State.ASKED: "Sent. A manager will decide.",
    SpendRequest.State.APPROVED: "The rules of the programme say yes to this. The money is set aside.",
}


@only(Can.SEE_CASELOAD)
def person_money(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Every budget and request of one person."""
    person = get_person(request, ref)
    budgets = Budget.objects.of(person).with_money().select_related("enrolment__programme").order_by("opened_on")
    requests = (
        SpendRequest.objects.filter(budget__enrolment__participant=person).sent().with_person().order_by("-asked_at")
    )
    waiting = Enrolment.objects.filter(participant=person, budget=None).enrolled().select_related("programme")
    shown = about(list(budgets), timezone.now())
    context = {"person": person, "tab": "money", "budgets": shown, "requests": requests, "waiting": waiting}
    context["ways"] = (
        WayAgreement.objects.current().filter(budget__in=budgets).with_names().order_by("budget", "way", "pk")
    )
    context["may_judge"] = can(request.user, Can.ASK_FOR_PERSON)
    context["may_open"], context["may_return"] = can(request.user, Can.MANAGE_FUND), can(request.user, Can.PAY)
    if can(request.user, Can.PAY):
        waits = Correction.objects.waiting().filter(budget__in=budgets)
        context["corrections"] = waits.select_related("asked_by").order_by("asked_at")
    return person_page(request, "budgets/staff/person_money.html", context)


@only(Can.SEE_CASELOAD)
def statement(request: HttpRequest, ref: UUID, budget: int) -> HttpResponse:
    """Every move of one budget, to print for the person."""
    person = get_person(request, ref)
    rows = Budget.objects.of(person).select_related("enrolment__programme")
    found = get_object_or_404(rows, pk=budget)
    context = {
        "person": person, "today": timezone.localdate(), "own": False,
        "statements": person_statement.lines([found]),
    }  # fmt: skip
    return render(request, "budgets/statement.html", context)


@only(Can.MANAGE_FUND)
def budget_open(request: HttpRequest, ref: UUID, enrolment: int) -> HttpResponse:
    """Show the sum, how it is paid and whose money it is; then open the budget, and allocate the sum at once.

    Where the programme is not for them any more, a manager decides first whether they stay.
    """
    person = get_person(request, ref, to=Can.MANAGE_FUND)
    rows = Enrolment.objects.visible_to(actor(request)).select_related("programme", "participant")
    found = get_object_or_404(rows, pk=enrolment, participant=person)
    now = timezone.now()
    today, key = timezone.localdate(now), idempotency.key_for(request, f"open:{found.pk}")
    return form_page(
        request, form=Form(request.POST if request.method == "POST" else None), said="The budget is open.",
        act=lambda: services.open_budget(enrolment=found, by=actor(request), today=today, now=now, key=key),
        to=reverse("budgets:person-money", args=[ref]), template="budgets/staff/budget_open.html", draw=person_page,
        context={
            "person": person, "tab": "money", "enrolment": found, "offer": offer(found, today),
            "against": asked_again.unmet(found, today), "waits": found.reviews.open().first(),
        },
    )  # fmt: skip


@only(Can.MANAGE_FUND)
@require_POST
def budget_ask_first(request: HttpRequest, ref: UUID, enrolment: int) -> HttpResponse:
    """Whether they stay on the programme is decided first: put it on the managers' list."""
    person = get_person(request, ref, to=Can.MANAGE_FUND)
    found = get_object_or_404(Enrolment.objects.visible_to(actor(request)), pk=enrolment, participant=person)
    now = timezone.now()
    return press(
        request, lambda: asked_again.ask_now(enrolment=found, today=timezone.localdate(now), now=now),
        said="It is on the managers’ list.", to=reverse("budgets:person-money", args=[ref]),
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def request_begin(request: HttpRequest, ref: UUID) -> HttpResponse:
    """The form of their one open budget; where there are none or several, the page that says so."""
    person = get_person(request, ref, to=Can.ASK_FOR_PERSON)
    budgets = list(Budget.objects.of(person).open()[:2])
    if len(budgets) == 1:
        goal = request.GET.get("goal", "")
        where = reverse("budgets:request-new", args=[ref, budgets[0].pk])
        return redirect(f"{where}?goal={goal}" if goal.isdecimal() else where)
    return redirect("budgets:person-money", ref)


@only(Can.ASK_FOR_PERSON)
@heavy("POST")
def request_new(request: HttpRequest, ref: UUID, budget: int) -> HttpResponse:
    """Ask for a person: first what could help without money, then the sum, on one page for staff."""
    person = get_person(request, ref, to=Can.ASK_FOR_PERSON)
    found = get_object_or_404(
        Budget.objects.visible_to(actor(request)).with_money().select_related("enrolment__programme"), pk=budget,
        enrolment__participant=person,
    )  # fmt: skip
    in_force = MoneyRules.objects.of(found.enrolment.programme, timezone.localdate())
    first = WithoutMoneyForm(request.POST or None, person=person, initial={"goal": request.GET.get("goal", "")})
    signed = agreements.signed(found)
    form = AskForm(
        request.POST or None, request.FILES or None, rules=in_force, person=person, for_person=person.called,
        signed=signed, most=prices.most_for(found, in_force), services=_offered(person, request.GET.get("goal", "")),
    )  # fmt: skip

    sent: list[SpendRequest] = []

    def ask(quote: Any, **typed: Any) -> None:
        typed["quote"] = quote and (quote.name, quote.read())
        draft = services.start_request(budget=found, by=actor(request), **first.cleaned_data)
        key = idempotency.key_for(request, f"ask:{found.pk}")
        sent.append(services.ask(spend=draft, by=actor(request), now=timezone.now(), key=key, **typed))

    if request.method == "POST" and first.is_valid() & form.is_valid() and done(form, ask):
        messages.success(request, PANEL if is_for_panel(sent[0], in_force) else SENT[sent[0].state])
        return redirect("budgets:person-money", ref)
    context = {"person": person, "tab": "money", "budget": found, "first": first, "form": form}
    return person_page(request, "budgets/staff/request_new.html", context)


def _offered(person: Participant, goal: str) -> list[Service]:
    """Services to choose from: for the goal that it is asked from, or for any need."""
    return matches.to_choose_from(person, asked_from(person, goal), timezone.localdate())


@only(Can.DECIDE_REQUEST, Can.ASK_FOR_PERSON)
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests of the people one may see; those waiting longest come first."""
    form = RequestFilterForm(request.GET or None)
    state = form.cleaned_data["state"] if form.is_bound and form.is_valid() else ""
    found = (
        SpendRequest.objects.visible_to(actor(request))
        .sent()
        .with_person()
        .annotate(
            has_question=Exists(Question.objects.of_deciders().filter(spend=OuterRef("pk"))),
            has_case=Exists(PanelCase.objects.filter(spend=OuterRef("pk"))),
        )
    )
    found = found if state == "ALL" else found.filter(state=state or "ASKED")
    page = Paginator(found.order_by("asked_at", "pk"), 25).get_page(request.GET.get("page"))
    access_log.listed(request, [row.person.pk for row in page])
    context = {
        "page": page, "form": form, "state": state, "today": timezone.localdate(),
        "may_decide": can(request.user, Can.DECIDE_REQUEST),
    }  # fmt: skip
    return render(request, "budgets/staff/request_list.html", context)


@only(Can.DECIDE_REQUEST)
def watch(request: HttpRequest) -> HttpResponse:
    """Budgets near their end or out of step, and what went wrong lately."""
    found = to_watch.rows(actor(request), timezone.now())
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    access_log.listed(request, {row.person.pk for row in page})
    return render(request, "budgets/staff/watch.html", {"page": page})


def _spend(request: HttpRequest, pk: int) -> SpendRequest:
    """Return a request that the user may see, and record the look at its person."""
    rows = (
        SpendRequest.objects.visible_to(actor(request))
        .sent()
        .with_person()
        .select_related("decided_by", "decided_by_rule__programme")
    )
    spend = get_object_or_404(checks.with_facts(rows, by=actor(request).pk, now=timezone.now()), pk=pk)
    open_record(request, spend.person)
    return spend


@only(Can.DECIDE_REQUEST, Can.ASK_FOR_PERSON)
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: the person's words, the money left, the answer, and what happened to the money."""
    spend = _spend(request, pk)
    return person_page(request, "budgets/staff/request_detail.html", _about(spend, actor(request)))


def _about(spend: SpendRequest, user: User) -> dict[str, object]:
    budget = Budget.objects.with_money().select_related("enrolment__programme", "fund").get(pk=spend.budget_id)
    commitment = getattr(spend, "commitment", None)
    found = list(spend.questions.select_related("asked_by", "answered_by").order_by("asked_at"))
    orders = list(commitment.pay_orders.select_related("ordered_by").order_by("pk")) if commitment else []
    case = PanelCase.objects.filter(spend=spend).prefetch_related("questions").first()
    return {
        "spend": spend,
        "person": spend.person,
        "tab": "money",
        "budget": budget,
        "commitment": commitment,
        "orders": orders,
        "in_short": repeating.in_short(spend),
        "so_far": repeating.so_far(commitment, _made(commitment)) if commitment else "",
        "on_its_way": any(each.state in PayOrder.OPEN for each in orders),
        "payments": commitment.payments.select_related("recorded_by").order_by("paid_on", "pk") if commitment else [],
        "put_right": _put_right(spend) if commitment else [],
        "invoices": invoices.of_line(commitment) if commitment else [],
        "checked": _checked(commitment),
        "recoveries": recovery.of_spend(spend, timezone.localdate()) if commitment else [],
        "corrections": spend.corrections.waiting().select_related("asked_by") if commitment else [],
        "matches": _matches(commitment, user),
        "line": receipts.line_of(spend) if commitment else None,
        "to_find": _is_to_find(commitment),
        "in_parts": commitment is not None and part_deliveries.may_come_in_parts(commitment),
        "barred": _barred(spend),
        "questions": found,
        "helped": Helped.objects.filter(spend=spend).select_related("by").first(),
        "may_say_helped": commitment is not None and helped.bought().filter(pk=spend.pk, helped=None).exists(),
        "open_question": any(each.answered_at is None for each in found),  # one at a time, whoever asked
        "today": timezone.localdate(),
        "appeal": appeals.again_of(spend),
        "case": case,
        "votes": _votes(case, spend) if case and can(user, Can.PAY) else [],
        "votes_called": "Votes" if spend.decided_at else "Votes that their members deny",
        "voted": case.votes.counted().count() if case and can(user, Can.PAY) else 0,
        "may_appeal": appeals.is_theirs(spend, user) and not appeals.refusal(spend, timezone.now()),
        "way_now": Way(agreements.way_now(spend)) if spend.state == SpendRequest.State.ASKED else Way(spend.way),
        "checks": _checks(spend, user) if can(user, Can.DECIDE_REQUEST) or can(user, Can.ASK_FOR_PERSON) else [],
        "signed": agreements.signed(budget) if commitment else [],
        "form": DecideForm(spend=spend, hints=_hints(spend)),
        "hints": _hints(spend),
        "whose": whose_money(spend) if commitment else [],
        "rules": _rules(spend),
        "panel_called": "What the panel read" if spend.decided_at else "What the panel reads",
        "checks_called": "What was checked" if spend.decided_at else "What is checked",
        "rules_called": "Rules of that day" if spend.decided_at else "Rules of today",
        "to_mind": money_conditions(spend.person, timezone.localdate()),
        "may": _may(user, spend),
        "state_words": commitment.state.label if commitment else "",
        "person_ref": str(spend.person.ref),
    }


def _is_to_find(commitment: Commitment | None) -> bool:
    """Whether nobody gives it: there is no referral yet, or its provider does not. A part that came stays with them."""
    if commitment is None or commitment.delivered:
        return False
    return commitment.referral is None or commitment.referral.state in NOT_GIVEN


def _checked(commitment: Commitment | None) -> QuerySet[SpotCheck]:
    """Payments of it that were picked for a look."""
    return SpotCheck.objects.filter(payment__commitment=commitment).select_related("payment").order_by("pk")


def _made(commitment: Commitment) -> int:
    """How many payments were made of it; not asked where it is paid once."""
    return commitment.payments.filter(reversed_at=None).count() if commitment.spend.every else 0


def _votes(case: PanelCase, spend: SpendRequest) -> QuerySet[PanelVote]:
    """All of them once it is decided; before that, nobody reads how others voted but where one is denied."""
    rows = case.votes.select_related("member", "minutes", "found_by").order_by("pk")
    return rows if spend.decided_at else rows.filter(denied_at__isnull=False)


def _matches(commitment: Commitment | None, user: User) -> list[Service]:
    """Services for what waits to be bought, where nobody is named and nothing is under way."""
    if commitment is None or commitment.closed_at or commitment.referral_id or commitment.payee:
        return []
    bought_by_service = commitment.way == Way.NOTIONAL and can(user, Can.REFER)
    return matches.best(commitment, timezone.localdate()) if bought_by_service else []


def _rules(spend: SpendRequest) -> MoneyRules:
    """The rules of the day on which it was decided; of today while it waits."""
    programme, at = spend.budget.enrolment.programme, spend.decided_at
    if at is None:
        return MoneyRules.objects.of(programme, timezone.localdate())
    return MoneyRules.objects.filter(made_at__lte=at).of(programme, timezone.localdate(at))


def _hints(spend: SpendRequest) -> list[Hint]:
    """What the words of a request that waits make it look like, where the rules of today prohibit that."""
    return hints(spend.words, _rules(spend).prohibited) if spend.state == SpendRequest.State.ASKED else []


def _checks(spend: SpendRequest, user: User) -> list[Check]:
    """What was checked when it was decided; while it waits, what is so now. What pots hold is for who decides."""
    if spend.state != SpendRequest.State.ASKED:
        return [Check(**each) for each in spend.checked]
    order = order_for(spend, timezone.localdate()) if can(user, Can.DECIDE_REQUEST) else None
    return checks.of_today(spend, _rules(spend), timezone.localdate(), order)


def _barred(spend: SpendRequest) -> list[str]:
    """Why money that is asked for may not be taken as it is asked: then nobody can approve it."""
    if spend.state != SpendRequest.State.ASKED:
        return []
    try:
        agreements.refuse_without(spend, agreements.way_now(spend), timezone.localdate(), amount=spend.amount or 0)
    except RuleBroken as refusal:
        return [str(refusal)]
    return []


def _put_right(spend: SpendRequest) -> QuerySet[Transaction]:
    """What came back or was written off or reversed, each with who asked, who agreed and why."""
    kinds = [Transaction.Kind.REFUND, Transaction.Kind.WRITE_OFF, Transaction.Kind.REVERSE]
    rows = spend.transactions.filter(kind__in=kinds).with_amount()
    return rows.select_related("correction__asked_by", "by", "reversed_by").order_by("pk")


def _may(user: User, spend: SpendRequest) -> dict[str, bool]:
    mine = user.pk in (spend.asked_by_id, spend.started_by_id)
    had_a_part = spend.may_not_decide - {spend.asked_by_id, spend.started_by_id}
    answered_first = user.pk in had_a_part
    of_payee = getattr(spend, "payee_decides", False) or getattr(spend, "payee_interest", False)
    gave = spend.person.pk in sign_in_changes.gave_lately(user, timezone.now())
    denied = services.is_denied(spend)
    knows = getattr(spend, "said_interest", False) or getattr(spend, "in_circle", False)
    tied = getattr(spend, "tied", False)
    above = spend.state == SpendRequest.State.ASKED and is_for_panel(spend, _rules(spend))
    return {
        "denied": denied,
        "knows": knows,
        "tied": tied,
        "decide": can(user, Can.DECIDE_REQUEST)
        and user.pk not in spend.may_not_decide
        and not (gave or knows or tied or of_payee or spend.waits_for_id or above),
        "of_payee": of_payee,
        "above": above,
        "answered_first": answered_first,
        "answer": can(user, Can.ASK_FOR_PERSON),
        "pay": can(user, Can.PAY)
        and user.pk not in spend.hands
        and not (gave or knows or tied or denied)
        and (not spend.decided_by_panel or panels.stands(spend, timezone.now())),
        "gave": gave and can(user, Can.DECIDE_REQUEST),
        "release": can(user, Can.PAY) and not mine,
        "refer": can(user, Can.REFER) and not denied,
        "correct": can(user, Can.PAY),
    }


def _answer(request: HttpRequest, pk: int, act: Callable[..., object], said: str) -> HttpResponse:
    """Do what the decision form asks, or show the request again with what was typed."""
    spend = _spend(request, pk)
    key = idempotency.key_for(request, f"decide:{pk}")
    return form_page(
        request, form=DecideForm(request.POST, spend=spend, hints=_hints(spend)), said=said,
        to=reverse("budgets:request-detail", args=[spend.pk]),
        act=lambda **typed: act(spend=spend, by=actor(request), now=timezone.now(), key=key, **typed),
        template="budgets/staff/request_detail.html", draw=person_page, context=_about(spend, actor(request)),
    )  # fmt: skip


@only(Can.DECIDE_REQUEST)
def request_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the person, or who asked for them, before deciding."""
    spend = _spend(request, pk)
    return form_page(
        request, form=QuestionForm(request.POST or None), said="Asked. They see it, and so does their worker.",
        act=lambda **typed: questions.ask(spend=spend, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/request_question.html",
        draw=person_page, context={"spend": spend, "person": spend.person, "tab": "money"},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def request_answer(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Answer for the person what a manager asked; or answer the person."""
    spend = _spend(request, pk)
    found = get_object_or_404(spend.questions.select_related("asked_by", "spend__budget__enrolment"), pk=question)
    return form_page(
        request, form=AnswerForm(request.POST or None), said="Answered. It is on the managers’ list again.",
        act=lambda **typed: questions.answer(question=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/request_answer.html",
        draw=person_page, context={"spend": spend, "person": spend.person, "tab": "money", "question": found},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
@heavy("POST")
def request_price(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what something costs that was asked for with about how much."""
    spend = _spend(request, pk)
    form = PriceForm(request.POST or None, request.FILES or None, rules=_rules(spend), spend=spend)
    return form_page(
        request, form=form, said="Written down. Now a manager decides.",
        act=lambda price, quote: prices.find_price(
            spend=spend, price=price, quote=quote and (quote.name, quote.read()), by=actor(request), now=timezone.now()
        ),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/request_price.html",
        draw=person_page, context={"spend": spend, "person": spend.person, "tab": "money"},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def request_helped(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down whether it helped, as the person says it."""
    spend = _spend(request, pk)
    return form_page(
        request, form=HelpedForm(request.POST or None), said="Written down, as they said it.",
        act=lambda **typed: helped.say(spend=spend, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/request_helped.html",
        draw=person_page, context={"spend": spend, "person": spend.person, "tab": "money"},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def request_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask someone else to look again at an answer."""
    spend = _spend(request, pk)
    key = idempotency.key_for(request, f"appeal:{pk}")
    return form_page(
        request, form=AppealForm(request.POST or None), said="Sent. Someone who did not give the first answer decides.",
        act=lambda **typed: appeals.appeal(spend=spend, by=actor(request), now=timezone.now(), key=key, **typed),
        to=lambda made: reverse("budgets:request-detail", args=[made.pk]),
        template="budgets/staff/request_appeal.html", draw=person_page,
        context={"spend": spend, "person": spend.person, "tab": "money"},
    )  # fmt: skip


@only(Can.DECIDE_REQUEST)
@require_POST
def request_approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, services.approve_request, "Approved. The money is set aside.")


@only(Can.DECIDE_REQUEST)
@require_POST
def request_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    def refuse(*, not_prohibited: bool = False, granted: int | None = None, **said: Any) -> SpendRequest:
        """What it looks like, and a sum, are no matter then."""
        return services.refuse_request(**said)

    return _answer(request, pk, refuse, "Refused. The person will be told.")

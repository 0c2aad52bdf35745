"""Ways of taking money, for practitioners and managers: propose, decide, sign on paper, look at, stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import agreements, interests, receipts, ways
from budgets.forms.funds import ReasonForm
from budgets.forms.ways import AnotherWayForm, CheckForm, ReceiptForm, SignedForm, StopForm, WayForm, WhyForm
from budgets.in_hand import in_hand
from budgets.models import Budget, Commitment, MoneyRules, Receipt, SpendRequest, Way, WayAgreement
from common.heavy import heavy
from common.submitting import form_page, press
from people.access import sign_in_changes
from people.access.abilities import Can, actor, can, get_person, only, open_record
from people.models import Document, User
from people.record.documents import add_document
from people.record.forms.documents import sent
from people.record.person_page import person_page

State = WayAgreement.State


def _budget(request: HttpRequest, ref: UUID, budget: int, *, to: Can | None = None) -> Budget:
    person = get_person(request, ref, to=to) if to else get_person(request, ref)
    rows = Budget.objects.visible_to(actor(request)).with_money()
    rows = rows.select_related("enrolment__programme", "enrolment__participant")
    return get_object_or_404(rows, pk=budget, enrolment__participant=person)


def _agreement(request: HttpRequest, ref: UUID, pk: int, *, to: Can | None = None) -> WayAgreement:
    person = get_person(request, ref, to=to) if to else get_person(request, ref)
    rows = WayAgreement.objects.visible_to(actor(request)).with_names()
    rows = rows.select_related("budget__enrolment__programme", "budget__enrolment__participant")
    return get_object_or_404(rows, pk=pk, budget__enrolment__participant=person)


def _context(budget: Budget, **more: Any) -> dict[str, Any]:
    rules = MoneyRules.objects.of(budget.enrolment.programme, timezone.localdate())
    return {"person": budget.enrolment.participant, "tab": "money", "budget": budget, "rules": rules, **more}


def _url(agreement: WayAgreement) -> str:
    return reverse("budgets:way", args=[agreement.budget.enrolment.participant.ref, agreement.pk])


@only(Can.ASK_FOR_PERSON)
def way_list(request: HttpRequest, ref: UUID, budget: int) -> HttpResponse:
    """The ways of one budget: those agreed, those that wait, those before; and the others to choose from."""
    found = _budget(request, ref, budget)
    context = _context(found)
    agreed = list(WayAgreement.objects.filter(budget=found).with_names().order_by("-asked_at", "-pk"))
    four = context["rules"].four_options
    context["agreements"] = agreed
    context["now"] = ways.mixed([each.way for each in agreed if each.state == State.IN_FORCE], four_options=four)
    waits = {each.way for each in agreed if each.state in (State.WITH_SENIOR, State.TO_SIGN)}
    context["choices"] = [
        {"way": way, "called": ways.for_staff(way, four_options=four), "known": ways.KNOWN[way], "label": way.label}
        for way in ways.allowed(context["rules"]) if way not in waits and not found.ended_on
    ]  # fmt: skip
    return person_page(request, "budgets/staff/way_list.html", context)


@only(Can.ASK_FOR_PERSON)
def way_new(request: HttpRequest, ref: UUID, budget: int, way: str) -> HttpResponse:
    """Propose one way, on its terms."""
    found = _budget(request, ref, budget, to=Can.ASK_FOR_PERSON)
    if way not in Way.values:
        raise Http404
    now = timezone.now()
    form = WayForm(request.POST or None, way=way, today=timezone.localdate(now))
    context = _context(found, known=ways.KNOWN[way], way=Way(way))
    return form_page(
        request, form=form, said="Proposed.", to=_url, template="budgets/staff/way_new.html", draw=person_page,
        act=lambda **typed: agreements.propose(budget=found, way=way, by=actor(request), now=now, **typed),
        context=context | {"called": ways.for_staff(way, four_options=context["rules"].four_options)},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON, Can.DECIDE_REQUEST)
def way_detail(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """One agreement: its terms, who said yes, what was handed over in it, and what was looked at."""
    agreement = _agreement(request, ref, pk)
    return person_page(request, "budgets/staff/way.html", _about(request, agreement))


def _about(request: HttpRequest, agreement: WayAgreement) -> dict[str, Any]:
    today, user = timezone.localdate(), actor(request)
    there = in_hand([agreement.budget_id])[agreement.budget_id, agreement.way]
    ahead = agreement.state in (State.WITH_SENIOR, State.TO_SIGN, State.IN_FORCE)
    theirs = Commitment.objects.filter(spend__budget=agreement.budget_id, payments__way=agreement.way).distinct()
    return _context(
        agreement.budget,
        agreement=agreement,
        known=ways.KNOWN[agreement.way],
        called=ways.for_staff(agreement.way),
        in_hand=there,
        barred=agreements.barred(agreement, today) if ahead and agreement.way != Way.NOTIONAL else [],
        lines=theirs.with_paid().select_related("spend").order_by("spend__asked_at"),
        checks=agreement.checks.select_related("by").order_by("-at", "-pk"),
        due=agreement.check_is_due(today),
        form=ReasonForm(),
        may={
            "decide": can(user, Can.DECIDE_REQUEST)
            and agreement.state == State.WITH_SENIOR
            and user.pk != agreement.asked_by_id
            and not _is_barred_from(user, agreement),
            "write": can(user, Can.ASK_FOR_PERSON),
        },
    )


def _is_barred_from(user: User, agreement: WayAgreement) -> bool:
    """Whether they know the person or who asks outside work, or gave the person a way in lately."""
    person = agreement.budget.enrolment.participant_id
    knows = user.pk in interests.knowing([person]).get(person, set())
    knows = knows or user.pk in interests.tied_to_any([agreement.asked_by_id])
    return knows or person in sign_in_changes.gave_lately(user, timezone.now())


def _answer(request: HttpRequest, ref: UUID, pk: int, act: Callable[..., WayAgreement], said: str) -> HttpResponse:
    agreement = _agreement(request, ref, pk, to=Can.DECIDE_REQUEST)
    return form_page(
        request, form=ReasonForm(request.POST), said=said, to=_url(agreement),
        act=lambda **typed: act(agreement=agreement, by=actor(request), now=timezone.now(), **typed),
        template="budgets/staff/way.html", draw=person_page, context=_about(request, agreement),
    )  # fmt: skip


@only(Can.DECIDE_REQUEST)
@require_POST
def way_agree(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    return _answer(request, ref, pk, agreements.agree, "Agreed. It counts once the person has signed.")


@only(Can.DECIDE_REQUEST)
@require_POST
def way_refuse(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    return _answer(request, ref, pk, agreements.refuse, "Not agreed. The person is told, with your reasons.")


@only(Can.ASK_FOR_PERSON)
@heavy("POST")
def way_sign(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """The person signed on paper: put it on their file, and from then on it counts."""
    agreement = _agreement(request, ref, pk, to=Can.ASK_FOR_PERSON)
    person = agreement.budget.enrolment.participant

    def sign(**cleaned: Any) -> WayAgreement:
        title = f"Agreement: {ways.KNOWN[agreement.way].staff}, version {agreement.version}"
        signed = add_document(
            participant=person, kind=Document.Kind.LETTER, title=title, by=actor(request), now=timezone.now(),
            shared_with_person=True, **sent(cleaned),
        )  # fmt: skip
        return agreements.sign(agreement=agreement, signed_document=signed, by=actor(request), now=timezone.now())

    return form_page(
        request, form=SignedForm(request.POST or None, request.FILES or None), act=sign, to=_url(agreement),
        said="Signed. It counts from today.", template="budgets/staff/way_sign.html", draw=person_page,
        context=_context(agreement.budget, agreement=agreement, known=ways.KNOWN[agreement.way]),
    )  # fmt: skip


def _ended(
    request: HttpRequest, ref: UUID, pk: int, act: Callable[..., Any], form: Any, heading: str, said: str
) -> HttpResponse:
    agreement = _agreement(request, ref, pk, to=Can.ASK_FOR_PERSON)
    context = _context(agreement.budget, agreement=agreement, heading=heading)
    context["in_hand"] = in_hand([agreement.budget_id])[agreement.budget_id, agreement.way]
    context["then"] = Way(agreements.second_way(agreement)).label
    return form_page(
        request, form=form, said=said, to=_url(agreement), template="budgets/staff/way_end.html", draw=person_page,
        act=lambda **typed: act(agreement=agreement, by=actor(request), now=timezone.now(), **typed), context=context,
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
def way_stop(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Stop a way that is in force."""
    form = StopForm(request.POST or None)
    return _ended(request, ref, pk, agreements.stop, form, "Stop this way", "Stopped. The person is told.")


@only(Can.ASK_FOR_PERSON)
def way_take_back(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Take back what was proposed and is not signed."""
    form = WhyForm(request.POST or None)
    return _ended(request, ref, pk, agreements.take_back, form, "Take this back", "Taken back.")


@only(Can.ASK_FOR_PERSON)
def way_decline(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """The person said that they do not want it: write it down for them."""
    form = WhyForm(request.POST or None)
    return _ended(request, ref, pk, agreements.decline, form, "They do not want it", "Written down.")


@only(Can.ASK_FOR_PERSON)
def way_check(request: HttpRequest, ref: UUID, pk: int) -> HttpResponse:
    """Write down what became of the money."""
    agreement = _agreement(request, ref, pk, to=Can.ASK_FOR_PERSON)
    return form_page(
        request, form=CheckForm(request.POST or None), said="Written down.", to=_url(agreement),
        act=lambda **typed: agreements.check(agreement=agreement, by=actor(request), now=timezone.now(), **typed),
        template="budgets/staff/way_check.html", draw=person_page, context=_about(request, agreement),
    )  # fmt: skip


def _line(request: HttpRequest, pk: int) -> SpendRequest:
    rows = SpendRequest.objects.visible_to(actor(request)).sent().with_person().select_related("commitment")
    spend = get_object_or_404(rows, pk=pk, commitment__isnull=False)
    open_record(request, spend.person, to=Can.ASK_FOR_PERSON)
    return spend


@only(Can.ASK_FOR_PERSON)
def another_way(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what is still set aside for one thing in another way than was asked."""
    spend = _line(request, pk)
    signed = agreements.signed(spend.budget)
    form = AnotherWayForm(request.POST or None, signed=signed, initial={"way": spend.commitment.way})
    return form_page(
        request, form=form, said="Changed.", to=reverse("budgets:request-detail", args=[pk]),
        act=lambda way: agreements.take_another_way(commitment=spend.commitment, way=way, by=actor(request)),
        template="budgets/staff/another_way.html", draw=person_page,
        context={"person": spend.person, "tab": "money", "spend": spend},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
@heavy("POST")
def receipt_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Show for the person what money that was handed over bought."""
    spend = _line(request, pk)
    form = ReceiptForm(request.POST or None, request.FILES or None, today=timezone.localdate())
    return form_page(
        request, form=form, said="Written down.", to=reverse("budgets:request-detail", args=[pk]),
        act=lambda picture, **typed: receipts.show(
            spend=spend, by=actor(request), now=timezone.now(), picture=picture and (picture.name, picture.read()),
            **typed,
        ),
        template="budgets/staff/receipt_new.html", draw=person_page,
        context={"person": spend.person, "tab": "money", "spend": spend, "line": receipts.line_of(spend)},
    )  # fmt: skip


@only(Can.ASK_FOR_PERSON)
@require_POST
def receipt_strike(request: HttpRequest, pk: int, receipt: int) -> HttpResponse:
    """Take out a receipt that was a mistake."""
    spend = _line(request, pk)
    rows = Receipt.objects.visible_to(actor(request)).select_related("commitment__spend__budget__enrolment")
    found = get_object_or_404(rows, pk=receipt, commitment__spend=spend)
    return press(
        request, lambda: receipts.strike(receipt=found, by=actor(request), now=timezone.now()),
        said="Taken out. It stays to be read.", to=reverse("budgets:request-detail", args=[pk]),
    )  # fmt: skip

"""Asking to put money right, and answering as the second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import corrections
from budgets.forms.funds import AmountForm, ReasonForm, ReturnedForm
from budgets.models import Budget, Correction, Fund, Pot, SpendRequest, Transaction
from common import idempotency
from common.forms import Form
from common.submitting import form_page, press
from people.access.abilities import Can, actor, can, get_person, only, open_record
from people.models import User
from people.record.person_page import person_page

ASKED = "A second person has to agree. They find it on their home page."
READ_BY_THEM = "The person can read these words."


def _ask(
    request: HttpRequest, *, form: Form, act: Callable[..., Correction], title: str, about: str, to: str,
    draw: Callable[..., HttpResponse] = render, **context: Any,
) -> HttpResponse:  # fmt: skip
    """A form that asks for a correction, on the page of a person or of a fund."""
    said = {"by": actor(request), "now": timezone.now(), "key": idempotency.key_for(request, "correct")}
    template = f"budgets/staff/correct{'_person' if 'person' in context else ''}.html"
    return form_page(
        request, form=form, act=lambda **typed: act(**typed, **said), said=ASKED, to=to, template=template,
        context={"title": title, "about": about, "back": to, "tab": "money", **context}, draw=draw,
    )  # fmt: skip


@only(Can.SEE_FUNDS)
def pot_withdraw(request: HttpRequest, pk: int, pot: int) -> HttpResponse:
    """A funder takes money out of its pot."""
    found = get_object_or_404(Pot.objects.select_related("fund__programme", "funder"), pk=pot, fund=pk)
    return _ask(
        request, form=ReturnedForm(request.POST or None, today=timezone.localdate()),
        act=lambda **typed: corrections.ask_withdrawal(pot=found, **typed),
        title=f"Money goes back to {found.funder}", to=reverse("budgets:fund-detail", args=[pk]),
        about="It leaves this funder’s pot. Money in budgets, or set aside, stays where it is.",
    )  # fmt: skip


@only(Can.SEE_FUNDS)
def fund_move_wrong(request: HttpRequest, pk: int, move: int) -> HttpResponse:
    """Money that was put into a fund, or taken out, was recorded wrongly."""
    fund = get_object_or_404(Fund.objects.select_related("programme"), pk=pk)
    moves = Transaction.objects.filter(budget=None, entries__account__pot__fund=fund).with_amount()
    wrong = get_object_or_404(moves, pk=move)
    return _ask(
        request, form=ReasonForm(request.POST or None),
        act=lambda reason, **by: corrections.ask_reversal(wrong=wrong, reason=reason, **by),
        title="This was recorded wrongly", to=reverse("budgets:fund-detail", args=[pk]), move=wrong,
        about="A second person agrees, and it is reversed. Both stay on the record. Then record it again as it was.",
    )  # fmt: skip


def _request(request: HttpRequest, pk: int) -> SpendRequest:
    spend = get_object_or_404(SpendRequest.objects.visible_to(actor(request)).sent().with_person(), pk=pk)
    open_record(request, spend.person, to=Can.PAY)
    return spend


def _ask_of_request(request: HttpRequest, spend: SpendRequest, **page: Any) -> HttpResponse:
    to = reverse("budgets:request-detail", args=[spend.pk])
    return _ask(request, to=to, person=spend.person, spend=spend, draw=person_page, **page)


@only(Can.PAY)
def request_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Money came back from whoever was paid."""
    spend = _request(request, pk)
    form = ReturnedForm(request.POST or None, today=timezone.localdate(), help_text=READ_BY_THEM)
    return _ask_of_request(
        request, spend, form=form, act=lambda **typed: corrections.ask_refund(spend=spend, **typed),
        title="Money came back", about="It goes to the budget, and from one without a sum of its own on to the fund.",
    )  # fmt: skip


@only(Can.PAY)
def request_write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What was paid is lost."""
    spend = _request(request, pk)
    form = AmountForm(request.POST or None, help_text=READ_BY_THEM)
    return _ask_of_request(
        request, spend, form=form, act=lambda **typed: corrections.ask_write_off(spend=spend, **typed),
        title="Write off what was paid",
        about="For money that bought nothing, and stays away. The fund’s page shows it apart from what was paid.",
    )  # fmt: skip


@only(Can.PAY)
def request_move_wrong(request: HttpRequest, pk: int, move: int) -> HttpResponse:
    """A payment, or money that came back, was recorded wrongly."""
    spend = _request(request, pk)
    wrong = get_object_or_404(Transaction.objects.filter(spend=spend).with_amount(), pk=move)
    return _ask_of_request(
        request, spend, form=ReasonForm(request.POST or None, help_text=READ_BY_THEM), move=wrong,
        act=lambda reason, **by: corrections.ask_reversal(wrong=wrong, reason=reason, **by),
        title="This was recorded wrongly",
        about="A second person agrees, and it is reversed. Both stay on the record. Then record it again as it was.",
    )  # fmt: skip


@only(Can.PAY)
def budget_return(request: HttpRequest, ref: UUID, budget: int) -> HttpResponse:
    """Some of a person's sum goes back to the fund."""
    person = get_person(request, ref, to=Can.PAY)
    rows = Budget.objects.visible_to(actor(request)).select_related("enrolment__programme")
    found = get_object_or_404(rows, pk=budget, enrolment__participant=person)
    return _ask(
        request, form=AmountForm(request.POST or None, help_text=READ_BY_THEM),
        act=lambda **typed: corrections.ask_return(budget=found, **typed), title="Money goes back to the fund",
        about="It leaves the budget for good. What is set aside stays.", draw=person_page, person=person,
        to=reverse("budgets:person-money", args=[ref]),
    )  # fmt: skip


@only(Can.PAY)
def budget_more(request: HttpRequest, ref: UUID, budget: int) -> HttpResponse:
    """Someone gets more than they had from the start."""
    person = get_person(request, ref, to=Can.PAY)
    rows = Budget.objects.visible_to(actor(request)).open().select_related("enrolment__programme")
    found = get_object_or_404(rows, pk=budget, enrolment__participant=person)
    return _ask(
        request, form=AmountForm(request.POST or None, help_text=READ_BY_THEM),
        act=lambda **typed: corrections.ask_more(budget=found, **typed), title="More of the fund’s money",
        about="It comes out of the fund, and is theirs to spend on their plan.", draw=person_page, person=person,
        to=reverse("budgets:person-money", args=[ref]),
    )  # fmt: skip


def _correction(request: HttpRequest, pk: int) -> Correction:
    """A correction of a fund, or of a person whom the viewer may see."""
    rows = Correction.objects.select_related(
        "wrong", "spend", "budget__enrolment__participant", "asked_by", "answered_by"
    ).prefetch_related(Prefetch("pot", Pot.objects.select_related("fund__programme", "funder").with_areas()))
    found = get_object_or_404(rows, pk=pk)
    if found.budget is None:
        if not can(request.user, Can.SEE_FUNDS):
            raise Http404
    else:
        theirs = Budget.objects.visible_to(actor(request)).filter(pk=found.budget.pk)
        if not can(request.user, Can.PAY) or not theirs.exists():
            raise Http404
        open_record(request, found.budget.enrolment.participant, to=Can.PAY if request.method == "POST" else None)
    return found


def _fund_of(correction: Correction) -> Fund | None:
    if correction.pot:
        return correction.pot.fund
    return Fund.objects.filter(pots__accounts__entries__transaction=correction.wrong_id).distinct().first()


def _where(correction: Correction) -> str:
    if correction.spend_id:
        return reverse("budgets:request-detail", args=[correction.spend_id])
    if correction.budget:
        return reverse("budgets:person-money", args=[correction.budget.enrolment.participant.ref])
    fund = _fund_of(correction)
    return reverse("budgets:fund-detail", args=[fund.pk]) if fund else reverse("budgets:fund-list")


def _context(correction: Correction, user: User) -> dict[str, Any]:
    waits = correction.state == Correction.State.ASKED
    mine = correction.asked_by_id == user.pk
    made = correction.wrong is not None and correction.wrong.by_id == user.pk
    context = {
        "correction": correction, "back": _where(correction), "tab": "money", "form": ReasonForm(),
        "may_answer": waits and not mine and not made, "may_take_back": waits and mine, "made": made and not mine,
        "fund": None if correction.budget else _fund_of(correction),
    }  # fmt: skip
    return context | ({"person": correction.budget.enrolment.participant} if correction.budget else {})


def _draw(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return person_page(request, template, context) if "person" in context else render(request, template, context)


def _template(correction: Correction) -> str:
    return f"budgets/staff/correction{'_person' if correction.budget else ''}.html"


@only(Can.SEE_FUNDS, Can.PAY)
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, why, and the answer."""
    found = _correction(request, pk)
    return _draw(request, _template(found), _context(found, actor(request)))


@only(Can.SEE_FUNDS, Can.PAY)
@require_POST
def correction_agree(request: HttpRequest, pk: int) -> HttpResponse:
    found = _correction(request, pk)
    key = idempotency.key_for(request, f"agree:{pk}")
    return press(
        request, lambda: corrections.agree(correction=found, by=actor(request), now=timezone.now(), key=key),
        said="Done. It stands on the record, with both your names.", to=reverse("budgets:correction", args=[pk]),
    )  # fmt: skip


@only(Can.SEE_FUNDS, Can.PAY)
@require_POST
def correction_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found = _correction(request, pk)
    key = idempotency.key_for(request, f"refuse:{pk}")
    return form_page(
        request, form=ReasonForm(request.POST),
        act=lambda reason: corrections.refuse(
            correction=found, answer=reason, by=actor(request), now=timezone.now(), key=key
        ),
        said="Refused. Nothing moved.", to=reverse("budgets:correction", args=[pk]), template=_template(found),
        context=_context(found, actor(request)), draw=_draw,
    )  # fmt: skip


@only(Can.SEE_FUNDS, Can.PAY)
@require_POST
def correction_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = _correction(request, pk)
    key = idempotency.key_for(request, f"take-back:{pk}")
    return press(
        request, lambda: corrections.take_back(correction=found, by=actor(request), now=timezone.now(), key=key),
        said="You took it back. Nothing moved.", to=reverse("budgets:correction", args=[pk]),
    )  # fmt: skip

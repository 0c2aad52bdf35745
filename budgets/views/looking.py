"""A payment that was picked for a look, and money that is paid back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import recovery, spot_checks
from budgets.forms.looking import RecoveryForm, RecoveryNoForm, RecoveryStopForm, SettleForm, SpotCheckForm
from budgets.models import Recovery, SpendRequest, SpotCheck
from common.submitting import form_page, press
from people.access.abilities import Can, actor, can, only, open_record
from people.record.person_page import person_page


@only(Can.PAY, Can.ASK_FOR_PERSON)
def spot_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a payment: what was asked, who decided, who was paid, what was shown; and say what was found."""
    rows = SpotCheck.objects.visible_to(actor(request)).select_related(
        "payment__recorded_by", "payment__commitment__spend__budget__enrolment__participant",
        "payment__commitment__spend__decided_by", "looked_by", "settled_by",
    )  # fmt: skip
    check = get_object_or_404(rows, pk=pk)
    spend = check.payment.commitment.spend
    open_record(request, spend.person, to=Can.ASK_FOR_PERSON)
    now = timezone.now()
    to_settle = check.state == SpotCheck.State.WRONG
    form = (SettleForm if to_settle else SpotCheckForm)(request.POST or None)

    def act(**typed: Any) -> SpotCheck:
        if to_settle:
            return spot_checks.settle(check=check, by=actor(request), now=now, **typed)
        return spot_checks.find(check=check, by=actor(request), now=now, **typed)

    context = {
        "check": check, "payment": check.payment, "spend": spend, "person": spend.person, "tab": "money",
        "may_pay": can(request.user, Can.PAY),
        "may_look": actor(request).pk not in spot_checks.had_a_part(check),
        "receipts": check.payment.commitment.receipts.counted().select_related("picture").order_by("bought_on", "pk"),
    }  # fmt: skip
    return form_page(
        request, form=form, said="Written down.", act=act, to=reverse("budgets:spot-check", args=[pk]),
        template="budgets/staff/spot_check.html", draw=person_page, context=context,
    )  # fmt: skip


@only(Can.PAY)
def recovery_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that someone pays money back, in parts."""
    spend = get_object_or_404(SpendRequest.objects.visible_to(actor(request)).sent().with_person(), pk=pk)
    open_record(request, spend.person, to=Can.PAY)
    now = timezone.now()
    form = RecoveryForm(request.POST or None, today=timezone.localdate(now), called=spend.person.called)
    return form_page(
        request, form=form, said="Proposed. Someone else has to agree, and the person is told then.",
        act=lambda **typed: recovery.propose(spend=spend, by=actor(request), now=now, **typed),
        to=reverse("budgets:request-detail", args=[pk]), template="budgets/staff/recovery_new.html", draw=person_page,
        context={"spend": spend, "person": spend.person, "tab": "money", "still": recovery.still_paid(spend)},
    )  # fmt: skip


def _recovery(request: HttpRequest, pk: int) -> Recovery:
    rows = Recovery.objects.visible_to(actor(request)).select_related(
        "spend__budget__enrolment__participant", "asked_by", "answered_by", "ended_by"
    )
    found = get_object_or_404(rows, pk=pk)
    open_record(request, found.spend.person, to=Can.PAY)
    return found


def _page(found: Recovery, request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "recovery": found, "spend": found.spend, "person": found.spend.person, "tab": "money",
        "progress": recovery.progress([found], today)[found.pk],
        "may_answer": found.state == Recovery.State.PROPOSED and found.asked_by_id != actor(request).pk,
        "may_stop": found.state in Recovery.OPEN,
    }  # fmt: skip


@only(Can.PAY)
def recovery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is paid back, how far it is, and what can be done."""
    return person_page(request, "budgets/staff/recovery.html", _page(_recovery(request, pk), request))


@only(Can.PAY)
@require_POST
def recovery_agree(request: HttpRequest, pk: int) -> HttpResponse:
    found = _recovery(request, pk)
    return press(
        request, lambda: recovery.agree(recovery=found, by=actor(request), now=timezone.now()),
        said="Agreed. The person is told.", to=reverse("budgets:recovery", args=[pk]),
    )  # fmt: skip


@only(Can.PAY)
def recovery_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found = _recovery(request, pk)
    return form_page(
        request, form=RecoveryNoForm(request.POST or None), said="Written down. Nothing is paid back.",
        act=lambda **typed: recovery.refuse(recovery=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:recovery", args=[pk]), template="budgets/staff/recovery_answer.html", draw=person_page,
        context={**_page(found, request), "title": "Do not agree", "button": "Do not agree"},
    )  # fmt: skip


@only(Can.PAY)
def recovery_stop(request: HttpRequest, pk: int) -> HttpResponse:
    found = _recovery(request, pk)
    return form_page(
        request, form=RecoveryStopForm(request.POST or None), said="Stopped.",
        act=lambda **typed: recovery.stop(recovery=found, by=actor(request), now=timezone.now(), **typed),
        to=reverse("budgets:recovery", args=[pk]), template="budgets/staff/recovery_answer.html", draw=person_page,
        context={**_page(found, request), "title": "Stop it", "button": "Stop it"},
    )  # fmt: skip

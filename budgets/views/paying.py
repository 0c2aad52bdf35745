"""From money set aside to money paid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import agreements, services
from budgets.forms import BuyThroughForm, PayeeForm, PaymentForm
from budgets.models import Commitment
from common import idempotency
from common.submitting import form_page, press
from people.access.abilities import Can, actor, only, open_record
from people.record.person_page import person_page
from providers import services as referring
from providers.forms.referrals import ReferForm
from providers.models import Service


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    rows = Commitment.objects.visible_to(actor(request)).with_paid()
    found = get_object_or_404(
        rows.select_related("spend__budget__enrolment__participant", "spend__goal", "referral__service__provider"),
        pk=pk,
    )
    open_record(request, found.spend.person, to=Can.PAY)
    return found


def _context(commitment: Commitment, **more: Any) -> dict[str, Any]:
    spend = commitment.spend
    return {"commitment": commitment, "spend": spend, "person": spend.person, "tab": "money", **more}


def _url(commitment: Commitment) -> str:
    return reverse("budgets:request-detail", args=[commitment.spend_id])


@only(Can.REFER)
def commitment_refer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which referral the money pays for."""
    commitment = _commitment(request, pk)
    return form_page(
        request, form=BuyThroughForm(request.POST or None, person=commitment.spend.person),
        act=lambda **typed: services.buy_through(
            commitment=commitment, by=actor(request), now=timezone.now(),
            key=idempotency.key_for(request, f"buy:{pk}"), **typed,
        ),
        said="This money now pays for that referral.", to=_url(commitment),
        template="budgets/staff/buy_through.html", draw=person_page, context=_context(commitment),
    )  # fmt: skip


@only(Can.REFER)
def commitment_payee(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who is to be paid: whoever pays types it no more."""
    commitment = _commitment(request, pk)
    return form_page(
        request, form=PayeeForm(request.POST or None, initial={"payee": commitment.payee}),
        act=lambda **typed: services.name_payee(commitment=commitment, by=actor(request), **typed),
        said="Named. It is on the list of who pays.", to=_url(commitment),
        template="budgets/staff/payee.html", draw=person_page, context=_context(commitment),
    )  # fmt: skip


@only(Can.REFER)
def commitment_buy(request: HttpRequest, pk: int, service: int) -> HttpResponse:
    """Refer to a service and let the money pay for that, on one page."""
    commitment = _commitment(request, pk)
    spend, now = commitment.spend, timezone.now()
    found = get_object_or_404(
        Service.objects.select_related("provider", "region", "police_area", "outcode"), pk=service
    )
    start = {
        "goal": spend.goal_id, "need": spend.goal.need, "price": f"{commitment.remaining / 100:.2f}",
        "reason": f"{spend.what}, as approved.",
    }  # fmt: skip
    form = ReferForm(request.POST or None, person=spend.person, service=found, initial=start)
    key = idempotency.key_for(request, f"buy:{pk}")

    def buy(**_: Any) -> Commitment:
        by = actor(request)
        sent = referring.refer(
            participant=spend.person, service=found, by=by, today=timezone.localdate(now), now=now, **form.asked
        )
        return services.buy_through(commitment=commitment, referral=sent, by=by, now=now, key=key)

    return form_page(
        request, form=form, act=buy, said="Sent. The money now pays for that.", to=_url(commitment),
        template="providers/staff/referral_new.html", draw=person_page, context=_context(commitment, service=found),
    )  # fmt: skip


@only(Can.PAY)
def commitment_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was paid."""
    commitment = _commitment(request, pk)
    if request.method == "GET" and commitment.closed_at:
        messages.info(request, "This money has been paid or given back already.")
        return redirect("budgets:request-detail", commitment.spend_id)
    now = timezone.now()
    left = commitment.amount - commitment.paid
    provider = commitment.referral.service.provider.name if commitment.referral else commitment.payee
    start = {"payee": provider, "paid_on": timezone.localdate(now), "amount": f"{left / 100:.2f}", "more": "no"}
    agreement = agreements.of_line(commitment.spend, commitment.way)
    handed_to = agreements.payee_of(agreement) if agreement else ""
    form = PaymentForm(request.POST or None, initial=start, today=timezone.localdate(now), handed_to=handed_to)
    key = idempotency.key_for(request, f"pay:{pk}")
    return form_page(
        request, form=form, said="The payment is recorded.", to=_url(commitment),
        act=lambda more, **typed: services.record_payment(
            commitment=commitment, by=actor(request), now=now, last=not more, key=key, **typed
        ),
        template="budgets/staff/pay.html", draw=person_page,
        context=_context(commitment, left=left, handed_to=handed_to),
    )  # fmt: skip


@only(Can.PAY)
@require_POST
def commitment_release(request: HttpRequest, pk: int) -> HttpResponse:
    """The money is not needed: put it back."""
    commitment = _commitment(request, pk)
    return press(
        request,
        lambda: services.release_commitment(
            commitment=commitment,
            by=actor(request),
            now=timezone.now(),
            key=idempotency.key_for(request, f"release:{pk}"),
        ),
        said="The money has gone back.",
        to=_url(commitment),
    )

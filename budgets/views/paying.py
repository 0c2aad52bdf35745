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
from budgets.forms import BuyThroughForm, PaymentForm
from budgets.models import Commitment
from common import idempotency
from common.submitting import form_page, press
from people.access.abilities import Can, actor, only, open_record
from people.record.person_page import person_page


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


@only(Can.PAY)
def commitment_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was paid."""
    commitment = _commitment(request, pk)
    if request.method == "GET" and commitment.closed_at:
        messages.info(request, "This money has been paid or given back already.")
        return redirect("budgets:request-detail", commitment.spend_id)
    now = timezone.now()
    left = commitment.amount - commitment.paid
    provider = commitment.referral.service.provider.name if commitment.referral else ""
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

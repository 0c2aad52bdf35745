"""From money set aside to money paid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import services
from budgets.forms import BuyThroughForm, PaymentForm
from budgets.models import Commitment
from common import idempotency
from common.errors import RuleBroken
from people.access import access_log
from people.access.abilities import Can, actor, only


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    rows = Commitment.objects.visible_to(actor(request)).with_paid()
    found = get_object_or_404(
        rows.select_related("request__budget__enrolment__participant", "request__goal", "referral__service__provider"),
        pk=pk,
    )
    access_log.opened(request, found.request.person)
    return found


def _page(request: HttpRequest, name: str, commitment: Commitment, **more: Any) -> HttpResponse:
    spend = commitment.request
    context = {"commitment": commitment, "spend": spend, "person": spend.person, "tab": "money", **more}
    return render(request, f"budgets/staff/{name}.html", context)


@only(Can.REFER)
def buy_through(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which referral the money pays for."""
    commitment = _commitment(request, pk)
    form = BuyThroughForm(request.POST or None, person=commitment.request.person)
    if request.method == "POST" and form.is_valid():
        try:
            services.buy_through(commitment=commitment, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "This money now pays for that referral.")
            return redirect("budgets:request-detail", commitment.request_id)
    return _page(request, "buy_through", commitment, form=form)


@only(Can.PAY)
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was paid."""
    commitment = _commitment(request, pk)
    if commitment.closed_at:
        messages.info(request, "This money has been paid or let go already.")
        return redirect("budgets:request-detail", commitment.request_id)
    now = timezone.now()
    left = commitment.amount - commitment.paid
    provider = commitment.referral.service.provider.name if commitment.referral else ""
    start = {"payee": provider, "paid_on": timezone.localdate(now), "amount": f"{left / 100:.2f}", "more": "no"}
    form = PaymentForm(request.POST or None, initial=start, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        last = not data.pop("more")
        try:
            services.record_payment(
                commitment=commitment,
                by=actor(request),
                now=now,
                last=last,
                key=idempotency.key_for(request, f"pay:{pk}"),
                **data,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The payment is recorded.")
            return redirect("budgets:request-detail", commitment.request_id)
    return _page(request, "pay", commitment, form=form, left=left)


@only(Can.PAY)
@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """The money is not needed: put it back."""
    commitment = _commitment(request, pk)
    try:
        services.let_go(commitment=commitment, by=actor(request), now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The money has gone back.")
    return redirect("budgets:request-detail", commitment.request_id)

"""From money set aside to money paid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import agreements, invoices, part_deliveries, pay_orders, payee_accounts, repeating, services
from budgets.forms.paying import (
    BY_BANK,
    BuyThroughForm,
    ColleagueInvoiceForm,
    InvoiceForm,
    InvoiceNoForm,
    PartForm,
    PayeeAccountForm,
    PayeeForm,
    PaymentForm,
    ReviewForm,
    ShortWhyForm,
)
from budgets.in_hand import owed, with_owed
from budgets.models import Commitment, Payment, PayOrder
from common import idempotency
from common.heavy import heavy
from common.postgres.actor import SYSTEM, acting_as
from common.submitting import form_page, press
from people.access.abilities import Can, actor, only, open_record
from people.models import User
from people.record.person_page import person_page
from providers import services as referring
from providers.forms.referrals import ReferForm
from providers.models import Charge, Referral, Service
from providers.views import answering

INVOICE_SENT = "Thank you. Your invoice is with whoever pays."
PART_SAID = "Thank you. That part may be paid. Say the same of the next one."
ORDERED = "Ordered. It goes with the next pay run, and is paid once the bank says so."


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    rows = with_owed(Commitment.objects.visible_to(actor(request))).with_paid().annotate(bill_from=services.bill_from())
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
        "goal": spend.goal_id, "need": spend.goal.need, "price": f"{_price_of(found, commitment) / 100:.2f}",
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


@only(Can.REFER)
@heavy("POST")
def invoice_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an invoice or a credit note that came on paper, with a picture of it."""
    commitment = _commitment(request, pk)
    form = ColleagueInvoiceForm(request.POST or None, request.FILES or None, commitment=commitment)
    return form_page(
        request, form=form, to=_url(commitment), said="Entered. Whoever pays sees it.",
        act=lambda picture, **typed: invoices.enter(
            commitment=commitment, by=actor(request), now=timezone.now(),
            picture=picture and (picture.name, picture.read()), **typed,
        ),
        template="budgets/staff/invoice_new.html", draw=person_page, context=_context(commitment),
    )  # fmt: skip


@only(Can.REFER)
def invoice_refuse(request: HttpRequest, pk: int, invoice: int) -> HttpResponse:
    """An invoice is not right."""
    commitment = _commitment(request, pk)
    found = get_object_or_404(commitment.invoices.filter(refused_at=None), pk=invoice)
    return form_page(
        request, form=InvoiceNoForm(request.POST or None), to=_url(commitment),
        said="Written down. Nothing is paid of it.",
        act=lambda why: invoices.refuse(invoice=found, why=why, by=actor(request), now=timezone.now()),
        template="budgets/staff/invoice_refuse.html", draw=person_page,
        context=_context(commitment, invoice=found, told=invoices.provider_of(commitment)),
    )  # fmt: skip


def invoice_question(request: HttpRequest, referral: Referral) -> answering.Question | None:
    """What a provider with no account is asked by their link: their invoice, once there is something to bill."""
    commitment = invoices.to_bill(referral)
    if commitment is None:
        return None
    sent = request.method == "POST" and request.POST.get("answer") == "invoice"
    form = InvoiceForm(request.POST if sent else None, request.FILES if sent else None, prefix="i")
    return answering.Question(
        "invoice", "Send your invoice", "Send it", form, said=INVOICE_SENT,
        act=lambda picture, **typed: invoices.enter(
            commitment=commitment, by=User.objects.service(), now=timezone.now(), by_provider=True,
            picture=picture and (picture.name, picture.read()), **typed,
        ),
    )  # fmt: skip


@only(Can.ANSWER_REFERRALS)
@heavy("POST")
def our_invoice(request: HttpRequest, reference: str) -> HttpResponse:
    """A provider with accounts sends an invoice for what they delivered. No one's name is on the page."""
    commitment = invoices.of_provider(actor(request), reference)
    if commitment is None or commitment.referral is None:
        raise Http404
    with acting_as(SYSTEM):  # an account of a provider writes no money
        return form_page(
            request, form=InvoiceForm(request.POST or None, request.FILES or None), said=INVOICE_SENT,
            act=lambda picture, **typed: invoices.enter(
                commitment=commitment, by=actor(request), now=timezone.now(), by_provider=True,
                picture=picture and (picture.name, picture.read()), **typed,
            ),
            to=reverse("budgets:remittances"), template="budgets/our_invoice.html",
            context={"referral": commitment.referral},
        )  # fmt: skip


@only(Can.REFER)
def part_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """A part that was said to have come did not."""
    commitment = _commitment(request, pk)
    return form_page(
        request, form=ShortWhyForm(request.POST or None), said="Written down. It is not to be paid.",
        act=lambda why: part_deliveries.take_back(
            commitment=commitment, why=why, by=actor(request), now=timezone.now()
        ),
        to=_url(commitment), template="budgets/staff/part_wrong.html", draw=person_page, context=_context(commitment),
    )  # fmt: skip


def part_question(request: HttpRequest, referral: Referral) -> answering.Question | None:
    """What a provider with no account is asked by their link: a part of it that came before the rest."""
    commitment = part_deliveries.of_referral(referral)
    if commitment is None:
        return None
    sent = request.method == "POST" and request.POST.get("answer") == "part"
    return answering.Question(
        "part", "Have you delivered a part of it?", "Say that a part came",
        PartForm(request.POST if sent else None, prefix="t"), said=PART_SAID,
        act=lambda **typed: part_deliveries.say(
            commitment=commitment, by=User.objects.service(), now=timezone.now(), by_provider=True, **typed
        ),
    )  # fmt: skip


@only(Can.ANSWER_REFERRALS)
def our_part(request: HttpRequest, reference: str) -> HttpResponse:
    """A provider with accounts says that they delivered a part. No one's name is on the page."""
    commitment = part_deliveries.of_provider(actor(request), reference)
    if commitment is None or commitment.referral is None:
        raise Http404
    with acting_as(SYSTEM):  # an account of a provider writes no money
        return form_page(
            request, form=PartForm(request.POST or None), said=PART_SAID, to=reverse("budgets:remittances"),
            act=lambda **typed: part_deliveries.say(
                commitment=commitment, by=actor(request), now=timezone.now(), by_provider=True, **typed
            ),
            template="budgets/our_part.html", context={"referral": commitment.referral, "commitment": commitment},
        )  # fmt: skip


@only(Can.REFER)
def commitment_part(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of what a provider gives came, and the rest is still to come."""
    commitment = _commitment(request, pk)
    return form_page(
        request, form=PartForm(request.POST or None), said="Written down. Whoever pays sees that it may be paid.",
        act=lambda **typed: part_deliveries.say(
            commitment=commitment, by=actor(request), now=timezone.now(), **typed
        ),
        to=_url(commitment), template="budgets/staff/part.html", draw=person_page, context=_context(commitment),
    )  # fmt: skip


def _price_of(service: Service, commitment: Commitment) -> int:
    """The listed price in pence, where there is one that the money reaches; else all that is set aside."""
    listed = service.price if service.charge == Charge.PRICED else None
    return min(listed, commitment.remaining) if listed else commitment.remaining


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
    due = repeating.next_due(commitment, commitment.payments.filter(reversed_at=None).count())
    pence, more = (due.pence, "no" if due.is_last else "yes") if due else (left, "no")
    delivered = commitment.referral is None or commitment.referral.state == Referral.State.DELIVERED
    part = 0 if due or delivered else commitment.part_to_pay
    pence, more = (part, "yes") if part else (pence, more)
    waits = invoices.still_to_pay(invoices.of_line(commitment))
    invoice = waits[0] if waits else None
    pence = min(invoice.to_pay, pence) if invoice else pence
    more = "yes" if len(waits) > 1 or (invoice and invoice.to_pay > pence) else more
    start = {
        "invoice": invoice.number if invoice else "",
        "payee": provider,
        "paid_on": timezone.localdate(now),
        "more": more,
    }
    agreement = agreements.of_line(commitment.spend, commitment.way)
    back = owed(commitment)
    start["amount"] = f"{(back or pence) / 100:.2f}"
    start["more"] = "" if 0 < back < left else more  # whoever pays says whether they buy more of it
    to_person = agreements.is_paid_back(agreement, back)
    handed_to = agreements.payee_of(agreement) if agreement else ""
    handed_to = agreements.paid_back_to(commitment.spend.person) if to_person else handed_to
    payee = "" if to_person else payee_accounts.whose(commitment)[0]
    account = payee_accounts.of_payee(payee) if payee else None
    start["how"] = BY_BANK
    may_be_paid = handed_to or delivered or (services.may_be_paid(commitment) and not part)
    form = PaymentForm(
        request.POST or None, initial=start, today=timezone.localdate(now), handed_to=handed_to, payee=payee,
        account=account.shown if account else "", ahead=not may_be_paid,
        bill_from=None if handed_to else commitment.bill_from,
    )  # fmt: skip
    key = idempotency.key_for(request, f"pay:{pk}")

    def pay(how: str, more: bool, amount: int, invoice: str, advance: str = "", **typed: Any) -> PayOrder | Payment:
        by = {"commitment": commitment, "amount": amount, "invoice": invoice, "last": not more, "advance": advance}
        by |= {"by": actor(request), "now": now, "key": key}
        return pay_orders.order_payment(**by) if how == BY_BANK else services.record_payment(**by, **typed)

    return form_page(
        request, form=form, to=_url(commitment), act=pay,
        said=lambda made: ORDERED if isinstance(made, PayOrder) else "The payment is recorded.",
        template="budgets/staff/pay.html", draw=person_page,
        context=_context(
            commitment, left=left, handed_to=handed_to, payee=payee, account=account, today=timezone.localdate(now),
            due=due, invoice=invoice, back=back, part=part, to_person=to_person,
        ),
    )  # fmt: skip


@only(Can.PAY)
def commitment_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the bank details of whoever is to be paid for what was set aside."""
    commitment = _commitment(request, pk)
    payee, person = payee_accounts.whose(commitment)
    if not payee:
        messages.info(request, "Name first who is to be paid.")
        return redirect("budgets:payee", pk)
    return form_page(
        request, form=PayeeAccountForm(request.POST or None, payee=payee, own=person is not None), to=_url(commitment),
        act=lambda **typed: payee_accounts.enter(
            payee=payee, participant=person, by=actor(request), now=timezone.now(), **typed
        ),
        said="Entered. A finance officer checks it: it is on their list.", template="budgets/staff/payee_account.html",
        draw=person_page, context=_context(commitment, payee=payee),
    )  # fmt: skip


@only(Can.PAY)
@require_POST
def order_take_back(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """A payment by bank that is not to be made."""
    commitment = _commitment(request, pk)
    found = get_object_or_404(commitment.pay_orders, pk=order)
    key = idempotency.key_for(request, f"take-back:{order}")
    return press(
        request,
        lambda: pay_orders.cancel_order(pay_order=found, by=actor(request), now=timezone.now(), key=key),
        said="Taken back. The money is still set aside.", to=_url(commitment),
    )  # fmt: skip


@only(Can.REFER)
def commitment_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay nothing of it until something is cleared up."""
    commitment = _commitment(request, pk)
    return form_page(
        request, form=ShortWhyForm(request.POST or None), said="On hold. Nothing is paid until it is released.",
        act=lambda why: services.put_on_hold(commitment=commitment, why=why, by=actor(request), now=timezone.now()),
        to=_url(commitment), template="budgets/staff/hold.html", draw=person_page, context=_context(commitment),
    )  # fmt: skip


@only(Can.REFER)
@require_POST
def commitment_off_hold(request: HttpRequest, pk: int) -> HttpResponse:
    commitment = _commitment(request, pk)
    return press(
        request, lambda: services.take_off_hold(commitment=commitment, by=actor(request)),
        said="Released. It can be paid.", to=_url(commitment),
    )  # fmt: skip


@only(Can.REFER)
def commitment_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Half way: whether what is paid again and again still helps."""
    commitment = _commitment(request, pk)
    made = commitment.payments.filter(reversed_at=None).count()
    return form_page(
        request, form=ReviewForm(request.POST or None), to=_url(commitment), said="Written down. It goes on.",
        act=lambda review: repeating.go_on(commitment=commitment, review=review, by=actor(request), now=timezone.now()),
        template="budgets/staff/go_on.html", draw=person_page,
        context=_context(commitment, so_far=repeating.so_far(commitment, made)),
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

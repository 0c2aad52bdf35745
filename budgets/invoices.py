"""Invoices and credit notes: sent by whoever is paid, or entered by a colleague with a picture of the paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from budgets.deciding import OwnRequest
from budgets.ledger import Kind
from budgets.models import Commitment, Entry, Invoice
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from people.messaging import message_queue
from people.models import Document, User
from people.record.documents import add_document
from providers.models import Referral


class NothingToBill(RuleBroken):
    pass


class MoreThanBilled(RuleBroken):
    pass


class PaidAlready(RuleBroken):
    pass


def to_bill(referral: Referral) -> Commitment | None:
    """The money for which this provider may send an invoice now: what they delivered, or give again and again."""
    rows = Commitment.objects.filter(referral=referral, closed_at=None).select_related("spend")
    commitment = rows.first()
    again = commitment is not None and bool(commitment.spend.every)
    may = referral.state == Referral.State.DELIVERED or (again and referral.state == Referral.State.ACCEPTED)
    return commitment if may else None


@transaction.atomic
def enter(
    *, commitment: Commitment, number: str, amount: int, by: User, now: datetime, credits: Invoice | None = None,
    picture: tuple[str, bytes] | None = None, by_provider: bool = False,
) -> Invoice:  # fmt: skip
    """Enter an invoice, or a credit note where it `credits` one. `picture`: the name and bytes of a photo or PDF."""
    rows = Commitment.objects.select_for_update(of=("self",))
    commitment = rows.select_related("spend__budget__enrolment__participant").get(pk=commitment.pk)
    if credits is None and commitment.closed_at:
        raise NothingToBill("This money has been paid or given back already.")
    if credits:
        _refuse_credit(credits, commitment, amount)
    kept = _picture(commitment, number, picture, by, now) if picture else None
    made = Invoice(
        commitment=commitment, number=number, amount=amount, credits=credits, picture=kept, by_provider=by_provider,
        by=by, at=now,
    )  # fmt: skip
    return save_or_refuse(made, by=by)


def _refuse_credit(credits: Invoice, commitment: Commitment, amount: int) -> None:
    found = Invoice.objects.with_state().get(pk=credits.pk)
    if found.commitment_id != commitment.pk or found.credits_id or found.refused_at:
        raise NothingToBill("Choose an invoice for the same thing.")
    left = found.amount - found.credited
    if amount > left:
        raise MoreThanBilled(f"{pounds(left)} of that invoice is left. Enter that or less.")


def _picture(commitment: Commitment, number: str, picture: tuple[str, bytes], by: User, now: datetime) -> Document:
    name, data = picture
    return add_document(
        participant=commitment.spend.person, kind=Document.Kind.EVIDENCE, title=f"Invoice {number}"[:150], name=name,
        data=data, by=by, now=now, shared_with_person=True,
    )  # fmt: skip


@transaction.atomic
def refuse(*, invoice: Invoice, why: str, by: User, now: datetime) -> Invoice:
    """Say that an invoice is not right: nothing is paid of it, and its provider is told and sends another."""
    rows = Invoice.objects.select_for_update(of=("self",)).select_related("commitment__referral__service__provider")
    invoice = rows.with_state().get(pk=invoice.pk)
    if invoice.refused_at:
        return invoice
    if invoice.paid_on:
        raise PaidAlready("This is paid already. Enter a credit note, or put the payment right.")
    if invoice.by_id == by.pk and invoice.by_provider:
        raise OwnRequest("Someone else says whether your invoice is right.")
    invoice.refused_why, invoice.refused_by, invoice.refused_at = why, by, now
    save_or_refuse(invoice, "refused_why", "refused_by", "refused_at", by=by)
    referral = invoice.commitment.referral
    if referral and referral.service.provider.email:
        message_queue.tell_address(
            address=referral.service.provider.email, subject="Your invoice", key=f"invoice:{invoice.pk}:no", now=now,
            body=f"We cannot pay your invoice {invoice.number} as it is: {why} Please send another, for referral "
            f"{referral.reference}.",
        )  # fmt: skip
    return invoice


def of_line(commitment: Commitment) -> list[Invoice]:
    """All that were sent for it, with their state, the oldest first."""
    rows = Invoice.objects.filter(commitment=commitment).with_state()
    return list(rows.select_related("by", "credits", "refused_by").order_by("at", "pk"))


def next_to_pay(found: Collection[Invoice]) -> Invoice | None:
    """The oldest invoice of which something is left to pay."""
    bills = (each for each in found if not each.credits_id and not each.refused_at)
    return next((each for each in bills if each.to_pay), None)


def owed_back(commitments: Collection[int]) -> dict[int, int]:
    """Pence that credit notes took back of what was paid, and that have not come back: by commitment."""
    notes = Invoice.objects.stand().filter(commitment__in=commitments, credits__isnull=False)
    owed: dict[int, int] = {}
    since: dict[int, datetime] = {}
    spends: dict[int, int] = {}
    paid = {each.pk for each in Invoice.objects.filter(commitment__in=commitments).with_state() if each.paid_on}
    for note in notes.select_related("commitment").order_by("at"):
        if note.credits_id in paid:
            owed[note.commitment_id] = owed.get(note.commitment_id, 0) + note.amount
            since.setdefault(note.commitment_id, note.at)
            spends[note.commitment.spend_id] = note.commitment_id
    came = Entry.objects.filter(
        transaction__spend__in=spends, account__kind="PAID", amount__lt=0, transaction__kind=Kind.REFUND,
        transaction__reversed_by=None,
    )  # fmt: skip
    rows = came.values_list("transaction__spend", "transaction__at").annotate(pence=Sum("amount"))
    for spend, at, pence in rows if spends else ():
        if at >= since[spends[spend]]:
            owed[spends[spend]] += pence
    return {pk: pence for pk, pence in owed.items() if pence > 0}

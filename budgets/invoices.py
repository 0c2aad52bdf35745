"""Invoices and credit notes: sent by whoever is paid, or entered by a colleague with a picture of the paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from budgets.deciding import OwnRequest
from budgets.ledger import Kind
from budgets.models import Commitment, Entry, Invoice, PayOrder
from budgets.models.requests import AsCompared
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.work_items import MOST
from people.messaging import message_queue
from people.models import Document, User
from people.record.documents import add_document
from providers.models import Provider, Referral

MOST_SENT = 20  # for one thing, by its provider


class NothingToBill(RuleBroken):
    pass


class MoreThanBilled(RuleBroken):
    pass


class PaidAlready(RuleBroken):
    pass


def to_bill(referral: Referral) -> Commitment | None:
    """The money for which this provider may send an invoice now: what they delivered, or give again and again."""
    rows = Commitment.objects.filter(referral=referral, closed_at=None).select_related("spend", "referral__service")
    commitment = rows.first()
    again = commitment is not None and bool(commitment.spend.every)
    may = referral.state == Referral.State.DELIVERED or (again and referral.state == Referral.State.ACCEPTED)
    return commitment if may or commitment and commitment.delivered else None


@as_service()  # an account of a provider sees no money but what it is paid
def waiting_for(user: User) -> list[Referral]:
    """What this account's provider delivered, or a part of it, and sent no invoice for that stands."""
    sent = Invoice.objects.stand().filter(commitment=OuterRef("commitment"), credits=None).order_by()
    billed = Coalesce(Subquery(sent.values("commitment").annotate(pence=Sum("amount")).values("pence")), 0)
    came, part = Q(state=Referral.State.DELIVERED), F("commitment__delivered")
    rest = Q(commitment__delivered__gt=0, billed__lt=F("commitment__amount"))
    rows = paid_through(user).annotate(billed=billed)
    rows = rows.filter(came & (Q(billed=0) | rest) | Q(billed__lt=part)).select_related("service")
    return list(rows.order_by("delivered_on", "pk")[:MOST])


@as_service()
def of_provider(user: User, reference: str) -> Commitment | None:
    """The money for which this account's provider may send an invoice; None where there is none."""
    referral = paid_through(user).filter(reference=reference).select_related("service").first()
    return to_bill(referral) if referral else None


def paid_through(user: User) -> QuerySet[Referral]:
    """Referrals to this account's provider that money is set aside for."""
    return Referral.objects.filter(
        service__provider__team__in=user.team_ids, commitment__isnull=False, commitment__closed_at=None
    )


@transaction.atomic
def enter(
    *, commitment: Commitment, number: str, amount: int, by: User, now: datetime, credits: Invoice | None = None,
    picture: tuple[str, bytes] | None = None, by_provider: bool = False,
) -> Invoice:  # fmt: skip
    """Enter an invoice, or a credit note where it `credits` one. `picture`: the name and bytes of a photo or PDF.

    What a provider sends is not on the person's own pages until a colleague shares it there.
    """
    commitment = _lock(commitment)
    if credits:
        _refuse_credit(credits, commitment, amount)
    else:
        _refuse_bill(commitment, by_provider=by_provider)
    kept = _picture(commitment, number, picture, by, now, shared=not by_provider) if picture else None
    made = Invoice(
        commitment=commitment, number=number, amount=amount, credits=credits, picture=kept, by_provider=by_provider,
        by=by, at=now,
    )  # fmt: skip
    return save_or_refuse(made, by=by)


def _lock(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",))
    rows = rows.select_related("spend__budget__enrolment__participant", "referral__service__provider")
    return rows.get(pk=commitment.pk)


def _refuse_bill(commitment: Commitment, *, by_provider: bool) -> None:
    if commitment.closed_at:
        raise NothingToBill("This money has been paid or given back already.")
    if not commitment.payee and commitment.referral_id is None:
        raise NothingToBill("Say first who is to be paid.")
    if by_provider and Invoice.objects.filter(commitment=commitment, by_provider=True).count() >= MOST_SENT:
        raise NothingToBill(f"You have sent {MOST_SENT} invoices for this. Ring whoever sent you the referral.")


def _refuse_credit(credits: Invoice, commitment: Commitment, amount: int) -> None:
    found = Invoice.objects.with_state().get(pk=credits.pk)
    if found.commitment_id != commitment.pk or found.credits_id or found.refused_at:
        raise NothingToBill("Choose an invoice for the same thing.")
    left = found.amount - found.credited
    if amount > left:
        raise MoreThanBilled(f"{pounds(left)} of that invoice is left. Enter that or less.")


def _picture(
    commitment: Commitment, number: str, picture: tuple[str, bytes], by: User, now: datetime, *, shared: bool
) -> Document:
    name, data = picture
    return add_document(
        participant=commitment.spend.person, kind=Document.Kind.EVIDENCE, title=f"Invoice {number}"[:150], name=name,
        data=data, by=by, now=now, shared_with_person=shared,
    )  # fmt: skip


@transaction.atomic
def refuse(*, invoice: Invoice, why: str, by: User, now: datetime) -> Invoice:
    """Say that an invoice is not right: nothing is paid of it. A provider with an e-mail address is told."""
    commitment = _lock(invoice.commitment)
    invoice = Invoice.objects.filter(pk=invoice.pk).with_state().get()
    if invoice.refused_at:
        return invoice
    if invoice.paid:
        raise PaidAlready("Some of it is paid already. Enter a credit note, or put the payment right.")
    orders = PayOrder.objects.filter(commitment=commitment, state__in=PayOrder.OPEN)
    if orders.alias(said=AsCompared("invoice")).filter(said=AsCompared(Value(invoice.number))).exists():
        raise PaidAlready("A payment of it is on its way to the bank. Take that back first.")
    if invoice.by_id == by.pk and invoice.by_provider:
        raise OwnRequest("Someone else says whether your invoice is right.")
    invoice.refused_why, invoice.refused_by, invoice.refused_at = why, by, now
    save_or_refuse(invoice, "refused_why", "refused_by", "refused_at", by=by)
    if told := provider_of(commitment):
        what = "use your credit note" if invoice.credits_id else "pay your invoice"
        message_queue.tell_address(
            address=told.email, subject="Your invoice", key=f"invoice:{invoice.pk}:no", now=now,
            body=f"We cannot {what} {invoice.number} as it is: {why} Please send another, for referral "
            f"{commitment.referral.reference if commitment.referral else ''}.",
        )  # fmt: skip
    return invoice


def provider_of(commitment: Commitment) -> Provider | None:
    """Whom we can write to about an invoice: the provider that the money goes to, where we have an e-mail address."""
    provider = commitment.referral.service.provider if commitment.referral else None
    return provider if provider and provider.email else None


def of_line(commitment: Commitment) -> list[Invoice]:
    """All that were sent for it, with their state, the oldest first."""
    rows = Invoice.objects.filter(commitment=commitment).with_state()
    return list(rows.select_related("by", "credits", "refused_by").order_by("at", "pk"))


def still_to_pay(found: Iterable[Invoice]) -> list[Invoice]:
    """Those that are to be paid, the oldest first."""
    return [each for each in found if not each.credits_id and not each.refused_at and each.to_pay and not each.paid]


def to_settle(rows: QuerySet[Any, Any]) -> Any:
    """Of these, where a credit note gives back what was paid, or a bill waits and the money has gone back.

    `owed`: pence that are credited, less what came back or was written off. `left`: pence of bills.
    """
    bills = Invoice.objects.stand().filter(commitment=OuterRef("pk"), credits=None).with_state().order_by()
    over = bills.filter(Q(paid__gt=0), Q(amount__lt=F("paid") + F("credited"))).values("commitment")
    left = bills.filter(Q(amount__gt=F("paid") + F("credited"))).values("commitment")
    gone = Entry.objects.filter(
        transaction__spend=OuterRef("spend"), account__kind="PAID", amount__lt=0, transaction__reversed_by=None,
        transaction__kind__in=[Kind.REFUND, Kind.WRITE_OFF],
    ).order_by().values("transaction__spend")  # fmt: skip
    pence = Sum(F("paid") + F("credited") - F("amount"))
    rows = rows.filter(Exists(Invoice.objects.filter(commitment=OuterRef("pk")))).annotate(
        owed=Coalesce(Subquery(over.annotate(pence=pence).values("pence")), 0)
        + Coalesce(Subquery(gone.annotate(pence=Sum("amount")).values("pence")), 0),
        left=Coalesce(Subquery(left.annotate(pence=Sum(F("amount") - F("credited") - F("paid"))).values("pence")), 0),
    )
    return rows.filter(Q(owed__gt=0) | Q(left__gt=0, closed_at__isnull=False))

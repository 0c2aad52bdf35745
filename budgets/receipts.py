"""What money that was handed over was spent on, shown by the person or by whoever works with them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from budgets.in_hand import of_requests
from budgets.models import Commitment, Payment, Receipt, SpendRequest, Way
from budgets.services import NotThatDay
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.models import Document, User
from people.record.documents import add_document


class MoreThanInHand(RuleBroken):
    pass


class NotTheirReceipt(RuleBroken):
    pass


@dataclass(frozen=True)
class Line:
    """Money of one request that was handed over: in pence, and what was shown for it."""

    payments: list[Payment]
    handed: int
    in_hand: int
    receipts: list[Receipt]


def line_of(spend: SpendRequest) -> Line | None:
    """None where nothing was handed over for it."""
    payments = _handed_over(spend)
    if not payments:
        return None
    receipts = Receipt.objects.filter(payment__commitment__spend=spend).select_related("by", "picture", "struck_by")
    return Line(
        payments, sum(each.amount for each in payments), left_of(spend), list(receipts.order_by("bought_on", "pk"))
    )


def left_of(spend: SpendRequest) -> int:
    """What was handed over for one request, and nothing was shown for yet, in pence."""
    return sum(pence for ways in of_requests(spend=spend).values() for pence in ways.values() if pence > 0)


@transaction.atomic
def show(
    *, spend: SpendRequest, amount: int, what: str, shop: str, bought_on: date, by: User, now: datetime,
    picture: tuple[str, bytes] | None = None,
) -> Receipt:  # fmt: skip
    """Show what was bought. `picture`: the name and bytes of a photo or PDF of the receipt; it goes on their file."""
    person = spend.person
    theirs = by.pk == person.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    kept = _picture(spend, what, picture, by, now) if picture else None
    with acting_as(SYSTEM) if theirs else nullcontext():  # a receipt is not theirs to write but for this moment
        Commitment.objects.select_for_update(of=("self",)).get(spend=spend)
        payments, left = _handed_over(spend), left_of(spend)
        if not payments:
            raise MoreThanInHand("Nothing was handed over for this, so there is nothing to show.")
        if amount > left:
            raise MoreThanInHand(
                f"{pounds(left)} of what was handed over is left to show. Enter that or less; or give the rest back."
            )
        _refuse_day(payments[0], bought_on, now)
        made = Receipt(
            payment=payments[-1], amount=amount, what=what, shop=shop, bought_on=bought_on, picture=kept, by=by, at=now
        )
        return save_or_refuse(made, by=by)


@transaction.atomic
def strike(*, receipt: Receipt, by: User, now: datetime) -> Receipt:
    """Take out a receipt that was a mistake. It stays to be read; only whoever showed it, or who pays, takes it out."""
    theirs = by.pk == receipt.payment.commitment.spend.person.user_id
    if theirs and receipt.by_id != by.pk:
        raise NotTheirReceipt("Ask the person who wrote this down to take it out.")
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    with acting_as(SYSTEM) if theirs else nullcontext():
        receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
        if receipt.struck_at is None:
            receipt.struck_by, receipt.struck_at = by, now
            save_or_refuse(receipt, "struck_by", "struck_at", by=by)
        return receipt


def _handed_over(spend: SpendRequest) -> list[Payment]:
    rows = Payment.objects.filter(commitment__spend=spend, reversed_at=None).exclude(way=Way.NOTIONAL)
    return list(rows.order_by("paid_on", "pk"))


def _picture(spend: SpendRequest, what: str, picture: tuple[str, bytes], by: User, now: datetime) -> Document:
    name, data = picture
    return add_document(
        participant=spend.person, kind=Document.Kind.EVIDENCE, title=f"Receipt: {what}"[:150], name=name, data=data,
        by=by, now=now, shared_with_person=True,
    )  # fmt: skip


def _refuse_day(first: Payment, bought_on: date, now: datetime) -> None:
    if bought_on < first.paid_on:
        raise NotThatDay(f"The money came on {first.paid_on:%-d %B %Y}. Enter that day or a later one.")
    if bought_on > timezone.localdate(now):
        raise NotThatDay("Enter today or a day before it.")

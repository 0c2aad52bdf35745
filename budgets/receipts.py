"""What was bought, shown by the person or by whoever works with them: with money that was handed over, or before that.

What they bought with their own money is paid back in a way of taking money that is agreed.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from budgets import agreements
from budgets.in_hand import of_requests, owed, with_owed
from budgets.models import Commitment, PayOrder, Receipt, SpendRequest, Way
from budgets.services import NotThatDay, is_denied
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.models import Document, User
from people.record.documents import add_document

NOTHING_TO_SHOW = (
    "Nothing was handed over for this, so there is nothing to show. To be paid back for what you buy, agree first how "
    "you take the money."
)


class MoreThanInHand(RuleBroken):
    pass


class ShownAlready(RuleBroken):
    pass


class NotTheirReceipt(RuleBroken):
    pass


@dataclass(frozen=True)
class Line:
    """Money of one request that is handed over: in pence, and what was shown for it.

    `owed`: what they bought with their own money, to be paid back. `may_buy_first`: what they may show so.
    """

    handed: int
    in_hand: int
    owed: int
    may_buy_first: int
    receipts: list[Receipt]

    @property
    def to_show(self) -> int:
        return self.in_hand + self.may_buy_first


def line_of(spend: SpendRequest) -> Line | None:
    """None where nothing is set aside for it, or was handed over or shown, and nothing may be bought first."""
    commitment = with_owed(Commitment.objects.filter(spend=spend)).first()
    if commitment is None:
        return None
    rows = Receipt.objects.filter(commitment=commitment).select_related("by", "picture", "struck_by")
    receipts, may_buy = list(rows.order_by("bought_on", "pk")), may_buy_first(commitment, timezone.localdate())
    if not commitment.handed and not receipts and not may_buy:
        return None
    return Line(commitment.handed, left_of(spend), owed(commitment), may_buy, receipts)


def left_of(spend: SpendRequest) -> int:
    """What was handed over for one request, and nothing was shown for yet, in pence."""
    return sum(pence for ways in of_requests(spend=spend).values() for pence in ways.values() if pence > 0)


@as_service()  # the person sees neither whose money it is nor what a law says of it
def may_buy_first(commitment: Commitment, today: date) -> int:
    """How much they may buy with their own money and be paid back, in pence of what is set aside: where it may be
    handed over to them now. `commitment` comes with what is owed."""
    spend = commitment.spend
    if commitment.way not in agreements.IN_OWN_HANDS or spend.every or commitment.put_right:
        return 0
    agreement = agreements.of_line(spend, commitment.way)
    if agreement is None or commitment.closed_at or commitment.on_hold_at or is_denied(spend):
        return 0
    ordered = PayOrder.objects.open().filter(commitment=commitment).exists()
    if ordered or agreements.barred(agreement, today, spend=spend):
        return 0
    return commitment.remaining - owed(commitment)


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
        commitment = with_owed(Commitment.objects.filter(spend=spend)).get()
        left, first = left_of(spend), may_buy_first(commitment, timezone.localdate(now))
        if not (commitment.handed or commitment.shown or first):
            raise MoreThanInHand(NOTHING_TO_SHOW)
        if amount > left + first:
            if first or not commitment.handed:
                raise MoreThanInHand(f"Only {pounds(left + first)} more can be paid back for this. Enter that or less.")
            raise MoreThanInHand(
                f"{pounds(left)} of what was handed over is left to show. Enter that or less; or give the rest back."
            )
        same = commitment.receipts.counted().filter(amount=amount, what=what, shop=shop, bought_on=bought_on)
        if amount > left and same.exists():  # it would be owed twice
            raise ShownAlready("This is shown already. Was it bought twice? Then say so in “What was it?”.")
        _refuse_day(commitment, bought_on, now, bought_first=bool(first))
        made = Receipt(
            commitment=commitment, amount=amount, what=what, shop=shop, bought_on=bought_on, picture=kept, by=by, at=now
        )
        return save_or_refuse(made, by=by)


@transaction.atomic
def strike(*, receipt: Receipt, by: User, now: datetime) -> Receipt:
    """Take out a receipt that was a mistake. It stays to be read; only whoever showed it, or who pays, takes it out."""
    theirs = by.pk == receipt.commitment.spend.person.user_id
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


def _picture(spend: SpendRequest, what: str, picture: tuple[str, bytes], by: User, now: datetime) -> Document:
    name, data = picture
    return add_document(
        participant=spend.person, kind=Document.Kind.EVIDENCE, title=f"Receipt: {what}"[:150], name=name, data=data,
        by=by, now=now, shared_with_person=True,
    )  # fmt: skip


def _refuse_day(commitment: Commitment, bought_on: date, now: datetime, *, bought_first: bool) -> None:
    """What money that came bought was bought since; what is paid back, while they had their budget."""
    if bought_first:
        since, said = commitment.spend.budget.opened_on, "The money for this began on"
    else:
        rows = commitment.payments.filter(reversed_at=None).exclude(way=Way.NOTIONAL)
        since, said = rows.order_by("paid_on").values_list("paid_on", flat=True)[0], "The money came on"
    if bought_on < since:
        raise NotThatDay(f"{said} {since:%-d %B %Y}. Enter that day or a later one.")
    if bought_on > timezone.localdate(now):
        raise NotThatDay("Enter today or a day before it.")

"""What is bought through a provider comes in parts: each part that came may be paid before the rest."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from budgets.invoices import paid_through, provider_of
from budgets.models import Commitment
from budgets.services import COMMITMENT_ACTS, lock_not_ordered
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.work_items import MOST
from people.messaging import message_queue
from people.models import User
from providers.models import Referral

SAY_ALL = "That is all of it. Say on the referral that it was delivered."


class NotInParts(RuleBroken):
    pass


class MoreThanIsLeft(RuleBroken):
    pass


class NothingToTakeBack(RuleBroken):
    pass


@transaction.atomic
def say(
    *, commitment: Commitment, amount: int, what: str, by: User, now: datetime, by_provider: bool = False
) -> Commitment:
    """Say that a part of it came, worth so many pence, and what it was. A provider knows the price that was agreed with
    them, and not what is set aside."""
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("referral", "spend")
    commitment = rows.get(pk=commitment.pk)
    COMMITMENT_ACTS["say_part"].begins(commitment.state)
    if not may_come_in_parts(commitment):
        raise NotInParts("Only what a provider has accepted, and not delivered yet, comes in parts.")
    left = _in_all(commitment, by_provider=by_provider) - commitment.delivered
    if amount == left:
        raise MoreThanIsLeft(SAY_ALL)
    if amount > left and by_provider:
        raise MoreThanIsLeft("That is more than was agreed. Enter what this part costs, or ring who sent you this.")
    if amount > left:
        raise MoreThanIsLeft(f"{pounds(left)} of it has not come yet. Enter less than that.")
    commitment.delivered += amount
    commitment.delivered_note, commitment.delivered_by, commitment.delivered_at = what, by, now
    return save_or_refuse(commitment, "delivered", "delivered_note", "delivered_by", "delivered_at", by=by)


def _in_all(commitment: Commitment, *, by_provider: bool) -> int:
    price = commitment.referral.price if by_provider and commitment.referral else None
    return min(price or commitment.amount, commitment.amount)


@transaction.atomic
def take_back(*, commitment: Commitment, why: str, by: User, now: datetime) -> Commitment:
    """A part that is not paid yet did not come. What was paid stays; a provider with an e-mail address is told why."""
    commitment = lock_not_ordered(commitment, "take_part_back")
    wrong = commitment.part_to_pay
    if not wrong:
        raise NothingToTakeBack("All of what came is paid. Put the payment right instead.")
    commitment.delivered -= wrong
    if not commitment.delivered:
        commitment.delivered_note, commitment.delivered_by, commitment.delivered_at = "", None, None
    fields = ("delivered", "delivered_note", "delivered_by", "delivered_at")
    save_or_refuse(commitment, *fields, by=by, why=f"Did not come: {why}"[:100])
    if told := provider_of(commitment):
        message_queue.tell_address(
            address=told.email, subject="A part that was delivered", key=f"part:{commitment.pk}:{now.isoformat()}",
            now=now, body="We do not pay the part that was said to be delivered for referral "
            f"{commitment.referral.reference if commitment.referral else ''}: {why} Ring whoever sent it to you.",
        )  # fmt: skip
    return commitment


def may_come_in_parts(commitment: Commitment) -> bool:
    """What is paid again and again is paid for each time, and needs no parts."""
    referral = commitment.referral
    accepted = referral is not None and referral.state == Referral.State.ACCEPTED
    return accepted and not commitment.spend.every and commitment.closed_at is None


def of_referral(referral: Referral) -> Commitment | None:
    """The money for this referral, where a part of what it buys may come."""
    found = Commitment.objects.filter(referral=referral).select_related("referral", "spend").first()
    return found if found and may_come_in_parts(found) else None


@as_service()  # an account of a provider sees no money but what it is paid
def of_provider(user: User, reference: str) -> Commitment | None:
    """The same for this account's provider, by the reference of the referral."""
    referral = paid_through(user).filter(reference=reference).select_related("service").first()
    return of_referral(referral) if referral else None


@as_service()
def waiting_for(user: User) -> list[Referral]:
    """What this account's provider accepted and has not delivered, that money is set aside for."""
    rows = paid_through(user).filter(state=Referral.State.ACCEPTED, commitment__spend__every="")
    return list(rows.select_related("service", "commitment").order_by("pk")[:MOST])

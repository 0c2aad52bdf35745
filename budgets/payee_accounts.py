"""Bank details of who is paid: one person enters them, another checks them by a way that we had before.

Details that take the place of others are used after three days, so that a payee whose account someone else changed has
time to say so. None is ever changed: others take its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.utils import timezone

from budgets import agreements, interests
from budgets.models import Commitment, PayeeAccount, PayingAccount, PayOrder
from budgets.models.requests import AsCompared
from common.errors import RuleBroken
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.messaging import message_queue
from people.models import Participant, User
from providers.models import Provider

State, NameCheck = PayeeAccount.State, PayeeAccount.NameCheck
COOLING = timedelta(days=3)
CHANGED = "The bank account that your money goes to was changed. Was it not you? Tell us."


class NotInThatState(RuleBroken):
    pass


class SamePerson(RuleBroken):
    pass


class AnothersName(RuleBroken):
    pass


class OnItsWay(RuleBroken):
    pass


class OurOwnAccount(RuleBroken):
    pass


class NotFromHere(RuleBroken):
    pass


OTHERWISE = Refusal(NotInThatState, "Someone else has answered this. These bank details say: {state}.")
ACTS = {
    "check": Act({State.TO_CHECK}, OTHERWISE),
    "refuse": Act({State.TO_CHECK}, OTHERWISE),
    "end": Act({State.CHECKED}, OTHERWISE),
}


def whose(commitment: Commitment) -> tuple[str, Participant | None]:
    """Who is paid for what was set aside, and the participant whose own account that is."""
    agreement = agreements.of_line(commitment.spend, commitment.way)
    if agreement:
        theirs = agreement.way in agreements.IN_OWN_HANDS
        return agreements.payee_of(agreement), commitment.spend.person if theirs else None
    return (commitment.referral.service.provider.name if commitment.referral else commitment.payee), None


@transaction.atomic
def enter(
    *, payee: str, account_name: str, sort_code: str, account_number: str, came_by: str, by: User, now: datetime,
    participant: Participant | None = None, remit_to: str = "",
) -> PayeeAccount:  # fmt: skip
    """Enter bank details. Until someone else has checked them nothing is paid there."""
    interests.refuse_payee(by, payee)
    _refuse_ours(sort_code, account_number)
    if _whose_before(payee) != (participant and participant.pk):
        raise NotFromHere("This is a person’s own account. A manager enters it, from the page of what is to be paid.")
    return save_or_refuse(
        PayeeAccount(
            payee=payee, participant=participant, account_name=account_name, sort_code=sort_code,
            account_number=account_number, ends_with=account_number[-4:], came_by=came_by, remit_to=remit_to,
            asked_by=by, asked_at=now,
        ),
        by=by,
    )  # fmt: skip


@transaction.atomic
def check(
    *, account: PayeeAccount, channel: str, spoke_to: str, name_check: str, by: User, now: datetime
) -> PayeeAccount:
    """Say how they were checked. They take the place of those before, and then wait three days."""
    account = _lock(account, "check")
    if account.asked_by_id == by.pk:
        raise SamePerson("You entered these, so someone else checks them.")
    interests.refuse_payee(by, account.payee)
    if name_check == NameCheck.OTHER:
        raise AnothersName(
            "The bank says that the account is someone else’s. Ask the payee; then say they are not right."
        )
    before = PayeeAccount.objects.of(account.payee).current().select_for_update().first()
    today = timezone.localdate(now)
    if before:
        _refuse_on_its_way(before)
        _end(before, "Other bank details took their place.", by, now)
    account.state, account.channel, account.spoke_to, account.name_check = State.CHECKED, channel, spoke_to, name_check
    account.checked_by, account.checked_at = by, now
    account.usable_from = today + COOLING if had_others(account) else today
    fields = ("state", "channel", "spoke_to", "name_check", "checked_by", "checked_at", "usable_from")
    save_or_refuse(account, *fields, by=by)
    if account.usable_from > today:
        _tell_of_change(account, now)
    return account


@transaction.atomic
def refuse(*, account: PayeeAccount, why: str, by: User, now: datetime) -> PayeeAccount:
    """They are not right: nothing is paid there. Whoever entered them may say so too."""
    account = _lock(account, "refuse")
    return _end(account, why, by, now, State.REFUSED)


@transaction.atomic
def end(*, account: PayeeAccount, why: str, by: User, now: datetime) -> PayeeAccount:
    """They are used no longer. What was drafted goes on; nothing new is paid there."""
    account = _lock(account, "end")
    return _end(account, why, by, now)


def of_payee(payee: str) -> PayeeAccount | None:
    """The checked account of a payee, which may be too new to be used."""
    return PayeeAccount.objects.of(payee).current().first() if payee else None


def same_number(account: PayeeAccount) -> list[PayeeAccount]:
    """Other payees' current accounts, and those to be checked, with the same numbers: one account, several names."""
    alike = PayeeAccount.objects.filter(ends_with=account.ends_with, state__in=[State.CHECKED, State.TO_CHECK])
    named = interests.as_compared(account.payee)
    return [
        each for each in alike.exclude(pk=account.pk).order_by("payee", "pk")
        if _numbers(each) == _numbers(account) and interests.as_compared(each.payee) != named
    ]  # fmt: skip


def _numbers(account: PayeeAccount | PayingAccount) -> tuple[str, str]:
    return account.sort_code, account.account_number


def _refuse_ours(sort_code: str, account_number: str) -> None:
    with as_service():  # who enters them may not read our own accounts
        ours = PayingAccount.objects.filter(ends_with=account_number[-4:])
        if any(_numbers(each) == (sort_code, account_number) for each in ours):
            raise OurOwnAccount("This is an account of ours. Enter the payee’s own.")


@as_service()  # who enters it may not know whose it is
def _whose_before(payee: str) -> int | None:
    """The participant whose own account a payee is: as it was before, or as its name says."""
    before = PayeeAccount.objects.of(payee).exclude(participant=None).order_by("-pk").first()
    if before:
        return before.participant_id
    named = agreements.OWN.fullmatch(" ".join(payee.split()))
    return Participant.objects.filter(crn=named[1].upper()).values_list("pk", flat=True).first() if named else None


def had_others(account: PayeeAccount) -> bool:
    """Whether other details of this payee were checked before: then these are a change."""
    rows = PayeeAccount.objects.of(account.payee).exclude(pk=account.pk)
    return rows.exclude(checked_at=None).exists()


def _refuse_on_its_way(before: PayeeAccount) -> None:
    if PayOrder.objects.filter(account=before, state=PayOrder.State.IN_RUN).exists():
        raise OnItsWay(
            "A payment to the account they had before is on its way. Check these once the bank has answered."
        )


@as_service()
def _tell_of_change(account: PayeeAccount, now: datetime) -> None:
    """The payee is told where they were reached before, and not by what came with the new details."""
    key = f"payee-account:{account.pk}"
    if account.participant:
        message_queue.tell_participant(participant=account.participant, body=CHANGED, key=key, now=now)
        return
    named = Provider.objects.alias(named=AsCompared("name")).filter(named=AsCompared(Value(account.payee)))
    told = {provider.email: str(provider.pk) for provider in named.exclude(email="")}
    earlier = (
        PayeeAccount.objects.of(account.payee).exclude(pk=account.pk).exclude(checked_at=None).exclude(remit_to="")
    )
    if before := earlier.order_by("-checked_at").first():
        told.setdefault(before.remit_to, f"account:{before.pk}")
    for address, named_by in told.items():
        message_queue.tell_address(
            address=address, subject="Your bank details were changed", key=f"{key}:{named_by}", now=now,
            body=f"We pay you into {account.shown} from {account.usable_from:%-d %B %Y} on. Was it not you who asked "
            "for that? Ring us, at a number you had before.",
        )  # fmt: skip


def _lock(account: PayeeAccount, act: str) -> PayeeAccount:
    account = PayeeAccount.objects.select_for_update(of=("self",)).select_related("participant").get(pk=account.pk)
    ACTS[act].begins(State(account.state))
    return account


def _end(
    account: PayeeAccount, why: str, by: User, now: datetime, state: PayeeAccount.State = State.ENDED
) -> PayeeAccount:
    account.state, account.why, account.ended_by, account.ended_at = state, why, by, now
    return save_or_refuse(account, "state", "why", "ended_by", "ended_at", by=by)

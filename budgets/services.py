"""Every change to a fund, a budget or a request. One public function is one transaction."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from budgets import ledger
from budgets.models import Budget, Commitment, Fund, Funder, Payment, Pot, SpendRequest, Transaction
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from lifeplans.models import Goal
from people.access import sign_in_changes
from people.messaging.message_queue import tell_participant
from people.models import Enrolment, Programme, SignInChange, User
from providers.models import Referral

State = SpendRequest.State
TOLD = "There is an answer to something you asked for. Sign in to Good Lives to see it."


class NotEnrolled(RuleBroken):
    pass


class AlreadyDecided(RuleBroken):
    pass


class OwnRequest(RuleBroken):
    pass


class NotThisPersonsGoal(RuleBroken):
    pass


class NotDelivered(RuleBroken):
    pass


class NotKnownWhoAsks(RuleBroken):
    pass


class GaveAWayIn(RuleBroken):
    pass


class NotTheirSum(RuleBroken):
    pass


class NotTheirRequest(RuleBroken):
    pass


DRAFT, ASKED = State.DRAFT, State.ASKED
SENT_ALREADY = Refusal(AlreadyDecided, "You have sent this already. You can see it on the money page.")
NOT_WAITING = Refusal(AlreadyDecided, "This request is not waiting for an answer. It says: {state}.")
ACTS = {
    "ask": Act({DRAFT}, SENT_ALREADY),
    "withdraw": Act({ASKED}, NOT_WAITING),
    "approve_request": Act({ASKED}, NOT_WAITING),
    "refuse_request": Act({ASKED}, NOT_WAITING),
}
OPEN, CLOSED = Commitment.State
SETTLED = Refusal(AlreadyDecided, "This money has been paid or given back already.")
COMMITMENT_ACTS = {
    "buy_through": Act({OPEN}, SETTLED),
    "record_payment": Act({OPEN}, SETTLED),
    "release_commitment": Act({OPEN}, SETTLED),
}


@transaction.atomic
def record_contribution(*, fund: Fund, funder: Funder, amount: int, by: User, now: datetime, key: str) -> Transaction:
    """A funder puts `amount` pence into its own pot of the fund."""
    pot, _ = Pot.objects.get_or_create(fund=fund, funder=funder)
    return ledger.contribute(pot=pot, amount=amount, by=by, now=now, key=key)


@transaction.atomic
def open_budget(*, enrolment: Enrolment, by: User, today: date, now: datetime) -> Budget:
    """Give an enrolled person a budget. Where the programme gives a sum from the start, it is allocated now."""
    if enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("Enrol this person on the programme first.")
    fund, _ = Fund.objects.get_or_create(programme=enrolment.programme)
    budget, made = Budget.objects.get_or_create(enrolment=enrolment, defaults={"fund": fund, "opened_on": today})
    if made and budget.gives_sum_first:
        ledger.allocate(
            budget=budget, amount=enrolment.programme.allocation, by=by, now=now, key=f"allocation:{budget.pk}"
        )
        tell_participant(
            participant=enrolment.participant,
            key=f"budget:{budget.pk}",
            now=now,
            body="You have some money to help with your plan. Sign in to Good Lives to see how much.",
        )
    return budget


@transaction.atomic
@acting_as(SYSTEM)  # a budget is not theirs to write but for this moment
def see_sum(*, budget: Budget, by: User, now: datetime) -> None:
    """The person says that they have seen the sum. Nobody says it for them."""
    if by.pk != budget.enrolment.participant.user_id:
        raise NotTheirSum("Only the person themselves can say that they have seen the sum.")
    sign_in_changes.look_again(by)
    if budget.sum_seen_at is None:
        budget.sum_seen_at, budget.sum_seen_waits_for = now, by.unconfirmed_way
        save_or_refuse(budget, "sum_seen_at", "sum_seen_waits_for", by=by)


@transaction.atomic
def start_request(*, budget: Budget, goal: Goal, without_money: str, by: User) -> SpendRequest:
    """Begin a request with the first question: who or what could help without money?"""
    if budget.enrolment.state != Enrolment.State.ENROLLED:
        raise NotEnrolled("This budget has ended, so nothing new can be asked for.")
    if goal.plan.participant_id != budget.enrolment.participant_id:
        raise NotThisPersonsGoal("Choose one of this person's own goals.")
    draft = SpendRequest.objects.filter(budget=budget, started_by=by, state=State.DRAFT).first()
    draft = draft or SpendRequest(budget=budget, started_by=by)
    draft.goal, draft.without_money = goal, without_money
    save_or_refuse(draft, by=by)
    return draft


@transaction.atomic
def ask(
    *, spend: SpendRequest, what: str, amount: int, purpose: str, for_whom: str, why: str, by: User, now: datetime
) -> SpendRequest:
    """Send a request. Where the person has a sum, it may not be more than what is left of it."""
    sign_in_changes.look_again(by)
    spend = _lock(spend, "ask")
    budget = Budget.objects.with_money().get(pk=spend.budget_id)
    if budget.gives_sum_first and amount > budget.available:
        raise ledger.NotEnough(f"You have {pounds(budget.available)} left. Ask for that much or less.")
    spend.what, spend.amount, spend.purpose, spend.for_whom, spend.why = what, amount, purpose, for_whom, why
    spend.state, spend.asked_by, spend.asked_at, spend.waits_for = State.ASKED, by, now, by.unconfirmed_way
    save_or_refuse(spend, by=by)
    return spend


@transaction.atomic
def withdraw(*, spend: SpendRequest, by: User) -> SpendRequest:
    """Take back a request that has no answer yet. Only the person, or who asked for them, takes it back."""
    sign_in_changes.look_again(by)
    sign_in_changes.refuse_unconfirmed(by)
    spend = _lock(spend, "withdraw")
    if by.pk not in (spend.asked_by_id, spend.started_by_id, spend.person.user_id):
        raise NotTheirRequest("Only the person, or who asked for them, can take this back.")
    spend.state = State.WITHDRAWN
    save_or_refuse(spend, "state", by=by)
    return spend


@transaction.atomic
def approve_request(*, spend: SpendRequest, reason: str, by: User, now: datetime) -> Commitment:
    """Approve, and set the money aside. Where the programme gives no sum first, the fund allocates this amount now."""
    spend = _record_decision("approve_request", spend, State.APPROVED, reason, by=by, now=now)
    amount = spend.amount or 0
    budget = spend.budget
    if not budget.gives_sum_first:
        ledger.allocate(budget=budget, amount=amount, by=by, now=now, key=f"request:{spend.pk}:allocate")
    ledger.commit(spend=spend, amount=amount, by=by, now=now, key=f"request:{spend.pk}:commit")
    return Commitment.objects.create(spend=spend, amount=amount)


@transaction.atomic
def refuse_request(*, spend: SpendRequest, reason: str, by: User, now: datetime) -> SpendRequest:
    """Say no, with the reasons the person will read."""
    return _record_decision("refuse_request", spend, State.REFUSED, reason, by=by, now=now)


def _lock(spend: SpendRequest, act: str) -> SpendRequest:
    """The request, locked, in a state where the act may begin."""
    spend = SpendRequest.objects.select_for_update(of=("self",)).with_person().get(pk=spend.pk)
    ACTS[act].begins(State(spend.state))
    return spend


def _record_decision(
    act: str, spend: SpendRequest, state: SpendRequest.State, reason: str, *, by: User, now: datetime
) -> SpendRequest:
    spend = _lock(spend, act)
    if by.pk in (spend.asked_by_id, spend.started_by_id):
        raise OwnRequest("Someone else has to decide a request you made.")
    if spend.waits_for_id:
        raise NotKnownWhoAsks(f"Wait until a colleague has confirmed that it is {spend.person.called} who asks.")
    _refuse_who_gave_a_way_in(spend, by=by, now=now)
    spend.state, spend.reason, spend.decided_by, spend.decided_at = state, reason, by, now
    save_or_refuse(spend, "state", "reason", "decided_by", "decided_at", by=by)
    tell_participant(participant=spend.person, body=TOLD, key=f"request:{spend.pk}:answer", now=now)
    return spend


def _refuse_who_gave_a_way_in(spend: SpendRequest, *, by: User, now: datetime) -> None:
    """Whoever can sign in as the person, or could have, has no say over their money for a while."""
    if spend.person.pk in sign_in_changes.gave_lately(by, now):
        raise GaveAWayIn(
            f"You gave {spend.person.called} a way to sign in, or changed it, in the last "
            f"{sign_in_changes.LATELY.days} days. So someone else decides and pays."
        )


@as_service()  # whoever confirmed it may write no request
def release_what_waited(change: SignInChange, now: datetime) -> None:
    """Let what was sent by this way in be decided: it is the person's. Where it is not, take it back."""
    confirmed = change.state == SignInChange.State.CONFIRMED
    for spend in SpendRequest.objects.select_for_update().filter(waits_for=change).order_by("pk"):
        spend.waits_for = None
        if not confirmed and spend.state == State.ASKED:
            spend.state = State.WITHDRAWN
        save_or_refuse(spend, "waits_for", "state", by=change.account)
    for budget in Budget.objects.select_for_update().filter(sum_seen_waits_for=change).order_by("pk"):
        budget.sum_seen_waits_for = None
        budget.sum_seen_at = budget.sum_seen_at if confirmed else None
        save_or_refuse(budget, "sum_seen_waits_for", "sum_seen_at", by=change.account)


@as_service()
def wait_again(change: SignInChange, now: datetime) -> None:
    """What the account asked for since that change, and nobody has decided, waits for an answer about it."""
    since = {"asked_by": change.account, "asked_at__gte": change.at, "state": State.ASKED, "waits_for": None}
    for spend in SpendRequest.objects.select_for_update().filter(**since).order_by("pk"):
        spend.waits_for = change
        save_or_refuse(spend, "waits_for", by=change.account)
    seen = {"enrolment__participant": change.participant_id, "sum_seen_at__gte": change.at, "sum_seen_waits_for": None}
    for budget in Budget.objects.select_for_update(of=("self",)).filter(**seen).order_by("pk"):
        budget.sum_seen_waits_for = change
        save_or_refuse(budget, "sum_seen_waits_for", by=change.account)


@transaction.atomic
def buy_through(*, commitment: Commitment, referral: Referral, by: User) -> Commitment:
    """Tie money that was set aside to the referral it pays for."""
    commitment = _lock_commitment(commitment, "buy_through")
    if referral.participant_id != commitment.spend.person.pk:
        raise NotThisPersonsGoal("Choose one of this person's own referrals.")
    _refuse_denied(commitment.spend)
    commitment.referral = referral
    save_or_refuse(commitment, "referral", by=by)
    return commitment


@as_service()
def is_denied(spend: SpendRequest) -> bool:
    """Whether it was asked for while a way in was open that the person denies, or that was found not to be theirs."""
    return spend.asked_at is not None and SignInChange.objects.denying(spend.asked_by, spend.asked_at).exists()


def _refuse_denied(spend: SpendRequest) -> None:
    if is_denied(spend):
        raise NotKnownWhoAsks(
            f"It was not {spend.person.called} who signed in when this was asked for, or that is not known yet. Wait "
            "for the answer, or give the money back and let them ask anew."
        )


@transaction.atomic
def record_payment(
    *,
    commitment: Commitment,
    amount: int,
    payee: str,
    paid_on: date,
    by: User,
    now: datetime,
    key: str,
    invoice: str = "",
    last: bool = True,
) -> Payment:
    """Record money paid. On the last payment what is left over goes back to the budget."""
    commitment = _lock_commitment(commitment, "record_payment")
    spend = commitment.spend
    if commitment.referral and commitment.referral.state != Referral.State.DELIVERED:
        raise NotDelivered("The provider has not said this was delivered yet. Ask them, then pay.")
    if by.pk in spend.hands:
        raise OwnRequest("Someone else has to pay: who asks, who decides and who pays are three people.")
    _refuse_who_gave_a_way_in(spend, by=by, now=now)
    _refuse_denied(spend)
    left = commitment.amount - sum(commitment.payments.values_list("amount", flat=True))
    if amount > left:
        raise ledger.NotEnough(f"Only {pounds(left)} of what was set aside is left. Pay that or less, or ask for more.")
    ledger.pay(spend=spend, amount=amount, by=by, now=now, key=key)
    payment = Payment(
        commitment=commitment,
        amount=amount,
        payee=payee,
        invoice=invoice,
        paid_on=paid_on,
        recorded_by=by,
        recorded_at=now,
    )
    save_or_refuse(payment, by=by)
    if last or amount == left:
        _close(commitment, left - amount, by=by, now=now)
    return payment


@transaction.atomic
def release_commitment(*, commitment: Commitment, by: User, now: datetime) -> Commitment:
    """Release a commitment that is not needed: the money goes back to the budget."""
    commitment = _lock_commitment(commitment, "release_commitment")
    if by.pk in (commitment.spend.asked_by_id, commitment.spend.started_by_id):
        raise OwnRequest("Someone else has to give back the money of a request you made.")
    paid = sum(commitment.payments.values_list("amount", flat=True))
    _close(commitment, commitment.amount - paid, by=by, now=now)
    return commitment


def _lock_commitment(commitment: Commitment, act: str) -> Commitment:
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    COMMITMENT_ACTS[act].begins(commitment.state)
    return commitment


def _close(commitment: Commitment, left: int, *, by: User, now: datetime) -> None:
    """End a commitment. What is left returns to the budget, and from a budget with no sum of its own to the fund."""
    spend = commitment.spend
    if left:
        ledger.release(spend=spend, amount=left, by=by, now=now, key=f"commitment:{commitment.pk}:release")
        if spend.budget.enrolment.programme.money_model != Programme.MoneyModel.ALLOCATED:
            ledger.give_back(budget=spend.budget, amount=left, by=by, now=now, key=f"commitment:{commitment.pk}:return")
    commitment.closed_at, commitment.closed_by = now, by
    save_or_refuse(commitment, "closed_at", "closed_by", by=by)

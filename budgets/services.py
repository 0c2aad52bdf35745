"""Every change to a fund, a budget or a request. One public function is one transaction."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from budgets import ledger
from budgets.models import Budget, Commitment, Fund, Funder, Payment, Pot, SpendRequest, Transaction
from common.errors import RuleBroken
from common.money import pounds
from common.saving import save_or_refuse
from lifeplans.models import Goal
from people.messaging.message_queue import tell_participant
from people.models import Enrolment, Programme, User
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


@transaction.atomic
def contribute(*, fund: Fund, funder: Funder, amount: int, by: User, now: datetime, key: str) -> Transaction:
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
def see_sum(*, budget: Budget, now: datetime) -> None:
    """The person has now seen the sum, before anything else about money."""
    if budget.sum_seen_at is None:
        budget.sum_seen_at = now
        budget.save(update_fields=["sum_seen_at"])


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
    save_or_refuse(draft)
    return draft


@transaction.atomic
def ask(
    *, request: SpendRequest, what: str, amount: int, purpose: str, for_whom: str, why: str, by: User, now: datetime
) -> SpendRequest:
    """Send a request. Where the person has a sum, it may not be more than what is left of it."""
    request = SpendRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != State.DRAFT:
        raise AlreadyDecided("You have sent this already. You can see it on the money page.")
    budget = Budget.objects.with_money().get(pk=request.budget_id)
    if budget.gives_sum_first and amount > budget.available:
        raise ledger.NotEnough(f"You have {pounds(budget.available)} left. Ask for that much or less.")
    request.what, request.amount, request.purpose, request.for_whom, request.why = what, amount, purpose, for_whom, why
    request.state, request.asked_by, request.asked_at = State.ASKED, by, now
    save_or_refuse(request)
    return request


@transaction.atomic
def withdraw(*, request: SpendRequest) -> SpendRequest:
    """Take back a request that has no answer yet."""
    request = _open(request)
    request.state = State.WITHDRAWN
    request.save(update_fields=["state"])
    return request


@transaction.atomic
def approve_request(*, request: SpendRequest, reason: str, by: User, now: datetime) -> Commitment:
    """Say yes and set the money aside. A fund that gives no sum first gives this request its own allocation."""
    request = _decide(request, State.APPROVED, reason, by=by, now=now)
    amount = request.amount or 0
    budget = request.budget
    if not budget.gives_sum_first:
        ledger.allocate(budget=budget, amount=amount, by=by, now=now, key=f"request:{request.pk}:allocate")
    ledger.commit(request=request, amount=amount, by=by, now=now, key=f"request:{request.pk}:commit")
    return Commitment.objects.create(request=request, amount=amount)


@transaction.atomic
def refuse_request(*, request: SpendRequest, reason: str, by: User, now: datetime) -> SpendRequest:
    """Say no, with the reasons the person will read."""
    return _decide(request, State.REFUSED, reason, by=by, now=now)


def _open(request: SpendRequest) -> SpendRequest:
    request = SpendRequest.objects.select_for_update(of=("self",)).with_person().get(pk=request.pk)
    if request.state != State.ASKED:
        raise AlreadyDecided(
            f"This request is not waiting for an answer. It says: {request.get_state_display().lower()}."
        )
    return request


def _decide(request: SpendRequest, state: SpendRequest.State, reason: str, *, by: User, now: datetime) -> SpendRequest:
    request = _open(request)
    if by.pk in (request.asked_by_id, request.started_by_id):
        raise OwnRequest("Someone else has to decide a request you made.")
    request.state, request.reason, request.decided_by, request.decided_at = state, reason, by, now
    save_or_refuse(request, "state", "reason", "decided_by", "decided_at")
    tell_participant(participant=request.person, body=TOLD, key=f"request:{request.pk}:answer", now=now)
    return request


@transaction.atomic
def buy_through(*, commitment: Commitment, referral: Referral) -> Commitment:
    """Tie money that was set aside to the referral it pays for."""
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if commitment.closed_at is not None:
        raise AlreadyDecided("This money has been paid or let go already.")
    if referral.participant_id != commitment.request.person.pk:
        raise NotThisPersonsGoal("Choose one of this person's own referrals.")
    commitment.referral = referral
    save_or_refuse(commitment, "referral")
    return commitment


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
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    request = commitment.request
    if commitment.closed_at is not None:
        raise AlreadyDecided("This money has been paid or let go already.")
    if commitment.referral and commitment.referral.state != Referral.State.DELIVERED:
        raise NotDelivered("The provider has not said this was delivered yet. Ask them, then pay.")
    if by.pk == request.asked_by_id:
        raise OwnRequest("Someone else has to pay for a request you made.")
    left = commitment.amount - sum(commitment.payments.values_list("amount", flat=True))
    if amount > left:
        raise ledger.NotEnough(f"Only {pounds(left)} of what was set aside is left. Pay that or less, or ask for more.")
    ledger.pay(request=request, amount=amount, by=by, now=now, key=key)
    payment = Payment(
        commitment=commitment,
        amount=amount,
        payee=payee,
        invoice=invoice,
        paid_on=paid_on,
        recorded_by=by,
        recorded_at=now,
    )
    save_or_refuse(payment)
    if last or amount == left:
        _close(commitment, left - amount, by=by, now=now)
    return payment


@transaction.atomic
def let_go(*, commitment: Commitment, by: User, now: datetime) -> Commitment:
    """The money is not needed after all: it goes back to the budget."""
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if commitment.closed_at is not None:
        raise AlreadyDecided("This money has been paid or let go already.")
    paid = sum(commitment.payments.values_list("amount", flat=True))
    _close(commitment, commitment.amount - paid, by=by, now=now)
    return commitment


def _close(commitment: Commitment, left: int, *, by: User, now: datetime) -> None:
    """End a commitment. What is left returns to the budget, and from a budget with no sum of its own to the fund."""
    request = commitment.request
    if left:
        ledger.release(request=request, amount=left, by=by, now=now, key=f"commitment:{commitment.pk}:release")
        if request.budget.enrolment.programme.money_model != Programme.MoneyModel.ALLOCATED:
            ledger.give_back(
                budget=request.budget, amount=left, by=by, now=now, key=f"commitment:{commitment.pk}:return"
            )
    commitment.closed_at, commitment.closed_by = now, by
    commitment.save(update_fields=["closed_at", "closed_by"])

"""What two people enter in the books: one asks, another agrees, and the ledger posts it.

So a funder's money comes in and goes back, and so money is put right. Nothing that was posted is changed: what was
recorded wrongly is reversed by a new transaction that names it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from budgets import interests, ledger
from budgets.commands import Command, idempotent
from budgets.drawing import coming_back, fund_of_rest, order_of_rest
from budgets.ledger import Kind, Move
from budgets.models import Budget, Correction, Funder, MoneyRules, Payment, PayOrder, Pot, SpendRequest, Transaction
from budgets.models.corrections import same_reference
from budgets.rules import AgainstRules
from budgets.services import NotThatDay
from budgets.spending import Order
from budgets.telling import tell
from common.errors import RuleBroken
from common.money import pounds
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import User

State = Correction.State
TOLD = "Something changed in your money, and it says why."
REVERSIBLE = frozenset({Kind.CONTRIBUTE, Kind.WITHDRAW, Kind.PAY, Kind.REFUND, Kind.WRITE_OFF})


class NotReversible(RuleBroken):
    pass


class SamePerson(RuleBroken):
    pass


class AlreadyAnswered(RuleBroken):
    pass


class NoSumOfTheirOwn(RuleBroken):
    pass


class SameReference(RuleBroken):
    pass


ANSWERED = Refusal(AlreadyAnswered, "This was answered already. It says: {state}.")
ACTS = {act: Act({State.ASKED}, ANSWERED) for act in ("agree", "refuse", "take_back")}


@idempotent
def ask_reversal(command: Command, *, wrong: Transaction, reason: str) -> Correction:
    """Ask to reverse a transaction that was recorded wrongly."""
    wrong = Transaction.objects.with_amount().get(pk=wrong.pk)
    if wrong.kind not in REVERSIBLE or Transaction.objects.filter(reverses=wrong).exists():
        raise NotReversible("This cannot be put right, or was already. Look at the page again.")
    return _ask(
        command, reason, kind=Correction.Kind.WRONG, wrong=wrong, amount=wrong.amount, happened_on=wrong.dated,
        budget_id=wrong.budget_id, spend_id=wrong.spend_id,
    )  # fmt: skip


@idempotent
def ask_refund(command: Command, *, spend: SpendRequest, amount: int, happened_on: date, reason: str) -> Correction:
    """Ask to record money that came back from whoever was paid."""
    return _ask_of_paid(command, Correction.Kind.REFUND, spend, amount, happened_on, reason)


@idempotent
def ask_write_off(command: Command, *, spend: SpendRequest, amount: int, reason: str) -> Correction:
    """Ask to write off what was paid: nothing came of it, and it will not come back."""
    today = timezone.localdate(command.now)
    return _ask_of_paid(command, Correction.Kind.WRITE_OFF, spend, amount, today, reason)


@idempotent
def ask_return(command: Command, *, budget: Budget, amount: int, reason: str) -> Correction:
    """Ask to give some of a person's sum back to the fund."""
    if budget.gives_rest_back:
        raise NoSumOfTheirOwn("This budget has no sum of its own to give back.")
    _refuse_more(ledger.lock(budget=budget).balances, "BUDGET", amount, "is left in the budget")
    today = timezone.localdate(command.now)
    return _ask(command, reason, kind=Correction.Kind.RETURN, amount=amount, happened_on=today, budget=budget)


@idempotent
def ask_more(command: Command, *, budget: Budget, amount: int, reason: str) -> Correction:
    """Ask to give someone more of the fund's money than they had from the start, with the reason they will read."""
    if budget.gives_rest_back:
        raise NoSumOfTheirOwn("This budget has no sum of its own to add to.")
    today = timezone.localdate(command.now)
    _refuse_above_the_most(budget, amount, today, ledger.lock(budget=budget))
    return _ask(command, reason, kind=Correction.Kind.MORE, amount=amount, happened_on=today, budget=budget)


def _refuse_above_the_most(budget: Budget, amount: int, day: date, holdings: ledger.Holdings) -> None:
    most = MoneyRules.objects.of(budget.enrolment.programme, day).person_cap
    total = holdings.promised + sum(holdings.of("BUDGET").values())
    if most is not None and total + amount > most:
        left = pounds(max(0, most - total))
        raise AgainstRules(
            f"The most for one person is {pounds(most)}, and they have had {pounds(total)} of it. Enter {left} or less."
        )


@idempotent
def ask_contribution(
    command: Command, *, pot: Pot, amount: int, happened_on: date, reference: str, reason: str = ""
) -> Correction:
    """Enter money that a funder put in, as the bank or its letter names it. Until someone else agrees it is not there.

    Raises SameReference where money of this funder was entered under it already.
    """
    _refuse_day(command, happened_on)
    with acting_as(SYSTEM):  # two with one reference wait for each other; who enters it may change no funder
        Funder.objects.select_for_update().get(pk=pot.funder_id)
    if pot.last_day and happened_on > pot.last_day:
        raise NotThatDay(
            f"This money was to be used by {pot.last_day:%-d %B %Y}. Ask the funder, and enter it as money of its own."
        )
    same = Correction.objects.stands().filter(kind=Correction.Kind.CONTRIBUTE, pot__funder=pot.funder_id)
    if before := same.filter(same_reference(reference)).first():
        raise SameReference(
            f"{pounds(before.amount)} of this funder was entered with this reference on "
            f"{timezone.localdate(before.asked_at):%-d %B %Y}. Check it, or enter the other's own reference."
        )
    return _ask(
        command, reason, kind=Correction.Kind.CONTRIBUTE, amount=amount, happened_on=happened_on, pot=pot,
        reference=reference,
    )  # fmt: skip


@idempotent
def ask_withdrawal(command: Command, *, pot: Pot, amount: int, happened_on: date, reason: str) -> Correction:
    """Ask to give money of a pot back to its funder."""
    _refuse_day(command, happened_on)
    there = {("POT", pot.pk): ledger.lock(fund=pot.fund).balances.get(("POT", pot.pk), 0)}
    _refuse_more(there, "POT", amount, "is in this pot")
    return _ask(command, reason, kind=Correction.Kind.WITHDRAW, amount=amount, happened_on=happened_on, pot=pot)


@idempotent
def agree(command: Command, *, correction: Correction) -> Correction:
    """Agree, and post it. Someone other than who asked."""
    correction = _lock(correction, "agree")
    _refuse_same(correction, command.by)
    _refuse_who_knows(correction, command.by)
    posted = POSTS[Correction.Kind(correction.kind)](command, correction)
    correction.state, correction.posted_id = State.DONE, posted
    _answer(correction, command, "posted")
    _tell_person(correction, command)
    return correction


@idempotent
def refuse(command: Command, *, correction: Correction, answer: str) -> Correction:
    """Say no, and why. Nothing moves."""
    correction = _lock(correction, "refuse")
    _refuse_same(correction, command.by)
    _refuse_who_knows(correction, command.by)
    correction.state, correction.answer = State.REFUSED, answer
    return _answer(correction, command, "answer")


@idempotent
def take_back(command: Command, *, correction: Correction) -> Correction:
    """Take back what one asked for oneself."""
    correction = _lock(correction, "take_back")
    if correction.asked_by_id != command.by.pk:
        raise SamePerson("Only who asked takes this back. You can refuse it.")
    correction.state = State.WITHDRAWN
    return _answer(correction, command)


def reverse_returned(command: Command, *, payment: Payment, reason: str, on: date) -> None:
    """Reverse a payment that the bank sent back. The bank's statement asks, and whoever read it answers.

    Raises ledger.NotEnough, and changes nothing, where it was put right otherwise since.
    """
    wrong = payment.transaction
    correction = Correction(
        kind=Correction.Kind.WRONG, wrong=wrong, amount=payment.amount, happened_on=on, budget=wrong.budget,
        spend=wrong.spend, reason=reason, asked_by=User.objects.service(), asked_at=command.now,
    )  # fmt: skip
    _refuse_what_moved_on(wrong, correction)
    correction.posted, correction.state = ledger.reverse(command, wrong), State.DONE
    correction.answered_by, correction.answered_at = command.by, command.now
    save_or_refuse(correction, by=command.by)
    _tell_person(correction, command)


def _refuse_who_knows(correction: Correction, by: User) -> None:
    interests.refuse_tied(tied=by.pk in interests.tied_to_any([correction.asked_by_id]))
    if correction.budget:
        person = correction.budget.enrolment.participant
        knows = by.pk in interests.knowing([person.pk]).get(person.pk, ())
        interests.refuse_interest(knows=knows, called=person.called)


def _ask(command: Command, reason: str, **about: object) -> Correction:
    asked = Correction(reason=reason, asked_by=command.by, asked_at=command.now, **about)
    return save_or_refuse(asked, by=command.by)


def _ask_of_paid(
    command: Command, kind: Correction.Kind, spend: SpendRequest, amount: int, happened_on: date, reason: str
) -> Correction:
    _refuse_day(command, happened_on)
    _refuse_more(ledger.lock(budget=spend.budget, spend=spend).of_request, "PAID", amount, "was paid for this")
    return _ask(
        command, reason, kind=kind, amount=amount, happened_on=happened_on, spend=spend, budget_id=spend.budget_id
    )


def _refuse_more(balances: ledger.Balances, kind: str, amount: int, there: str) -> None:
    most = sum(pence for (account, _), pence in balances.items() if account == kind)
    if amount > most:
        raise ledger.NotEnough(f"Only {pounds(most)} {there}. Enter that much or less.")


def _refuse_day(command: Command, happened_on: date) -> None:
    if happened_on > timezone.localdate(command.now):
        raise NotThatDay("Enter today or a day before it.")


def _refuse_same(correction: Correction, by: User) -> None:
    if correction.asked_by_id == by.pk:
        raise SamePerson("Someone other than who asked has to answer.")
    if correction.wrong and correction.wrong.by_id == by.pk:
        raise SamePerson("You recorded what is put right, so someone else has to answer.")


def _lock(correction: Correction, act: str) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",)).select_related(
        "wrong", "spend", "pot__fund", "budget__fund", "budget__enrolment__programme", "budget__enrolment__participant"
    )
    correction = rows.get(pk=correction.pk)
    ACTS[act].begins(State(correction.state))
    return correction


def _answer(correction: Correction, command: Command, *fields: str) -> Correction:
    correction.answered_by, correction.answered_at = command.by, command.now
    return save_or_refuse(correction, "state", "answered_by", "answered_at", *fields, by=command.by)


@as_service()
def _tell_person(correction: Correction, command: Command) -> None:
    if correction.budget:
        person = correction.budget.enrolment.participant
        tell(person, TOLD, key=f"correction:{correction.pk}", now=command.now)


def _post_reversal(command: Command, correction: Correction) -> int:
    """Where a refund went on to the fund, it comes from there again before it is reversed."""
    wrong, budget = correction.wrong, correction.budget
    assert wrong
    _refuse_what_moved_on(wrong, correction)
    if wrong.kind == Kind.REFUND and budget and budget.gives_rest_back:
        entries = wrong.entries.filter(amount__gt=0).values_list("account__pot", "amount")
        ledger.lock(budget=budget, fund=budget.fund)
        ledger.post(command, [Move(Kind.ALLOCATE, dict(entries))], budget=budget)
    _answer_order(wrong)
    return ledger.reverse(command, wrong).pk


@as_service()  # what became of a payment by bank the service alone writes
def _answer_order(wrong: Transaction) -> None:
    """A payment by bank that is put right is no longer one that was paid."""
    orders = PayOrder.objects.filter(payment__transaction=wrong, state=PayOrder.State.PAID)
    orders.update(state=PayOrder.State.PUT_RIGHT)


def _refuse_what_moved_on(wrong: Transaction, correction: Correction) -> None:
    """What was paid for one request is not taken from what was paid for another of the same budget."""
    own = ledger.lock(budget=correction.budget, spend=correction.spend).of_request if correction.spend else {}
    there = wrong.entries.filter(amount__gt=0, account__kind__in=["PAID", "LOST"])
    for kind, pot, pence in there.values_list("account__kind", "account__pot", "amount"):
        if own.get((kind, pot), 0) < pence:
            raise ledger.NotEnough("Some of it came back or was written off since. Put that right first.")


def _post_refund(command: Command, correction: Correction) -> int:
    budget, spend = correction.budget, correction.spend
    assert budget
    assert spend
    order = order_of_rest(spend, command.now)
    locked = ledger.lock(budget=budget, spend=spend, fund=fund_of_rest(budget, order))
    shares = locked.shares_of_request(correction.amount, "PAID", order, last_first=True)
    moves = coming_back(Kind.REFUND, budget, shares, order, locked)
    return ledger.post(command, moves, budget=budget, spend=spend, dated=correction.happened_on)[0]


def _post_write_off(command: Command, correction: Correction) -> int:
    budget, spend = correction.budget, correction.spend
    assert budget
    order = Order(budget.fund, correction.happened_on)
    shares = ledger.lock(budget=budget, spend=spend).shares_of_request(correction.amount, "PAID", order)
    return ledger.post(command, [Move(Kind.WRITE_OFF, shares)], budget=budget, spend=spend)[0]


def _post_return(command: Command, correction: Correction) -> int:
    budget = correction.budget
    assert budget
    there = ledger.lock(budget=budget, fund=budget.fund).of("BUDGET")
    shares = ledger.fill(correction.amount, there, Order(budget.fund, correction.happened_on), last_first=True)
    return ledger.post(command, [Move(Kind.RETURN, shares)], budget=budget)[0]


def _post_withdrawal(command: Command, correction: Correction) -> int:
    pot = correction.pot
    assert pot
    ledger.lock(fund=pot.fund)
    return ledger.post(command, [Move(Kind.WITHDRAW, {pot.pk: correction.amount})], dated=correction.happened_on)[0]


def _post_more(command: Command, correction: Correction) -> int:
    budget, today = correction.budget, timezone.localdate(command.now)
    assert budget
    order = Order(budget.fund, today, person=budget.enrolment.participant)
    locked = ledger.lock(budget=budget, fund=budget.fund)
    _refuse_above_the_most(budget, correction.amount, today, locked)
    shares = locked.shares(correction.amount, "POT", order)
    return ledger.post(command, [Move(Kind.ALLOCATE, shares)], budget=budget)[0]


def _post_contribution(command: Command, correction: Correction) -> int:
    pot = correction.pot
    assert pot
    moves = [Move(Kind.CONTRIBUTE, {pot.pk: correction.amount})]
    return ledger.post(command, moves, dated=correction.happened_on)[0]


POSTS: dict[Correction.Kind, Callable[[Command, Correction], int]] = {
    Correction.Kind.WRONG: _post_reversal,
    Correction.Kind.REFUND: _post_refund,
    Correction.Kind.WRITE_OFF: _post_write_off,
    Correction.Kind.RETURN: _post_return,
    Correction.Kind.WITHDRAW: _post_withdrawal,
    Correction.Kind.CONTRIBUTE: _post_contribution,
    Correction.Kind.MORE: _post_more,
}

"""A budget ends with its person's place on the programme: what nobody was promised goes back to its funders.

What is set aside stays until a manager pays it or puts it back, and then goes back to the fund too. A request that has
no answer yet ends without one. The budget stays to be read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from budgets import agreements, ledger
from budgets.commands import Command, idempotent, new_key
from budgets.ledger import Kind, Move
from budgets.models import Account, Budget, Commitment, PayOrder, SpendRequest, Transaction
from budgets.services import release_commitment, sum_for
from budgets.spending import Order
from budgets.telling import tell
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from people.models import Enrolment, Participant, User

State = SpendRequest.State
ENDED = "A budget of yours has ended. What was not spent went back to the fund."


@as_service()  # whoever ends an enrolment may move no money: this follows from it
def follow_enrolment(enrolment: Enrolment, by: User, now: datetime) -> None:
    """End the budget of an enrolment that ended."""
    for budget in Budget.objects.filter(enrolment=enrolment, ended_on=None):
        end_budget(budget=budget, by=by, now=now, key=new_key())


@idempotent
def end_budget(command: Command, *, budget: Budget) -> Budget:
    """End a budget: requests without an answer lapse, and what is left goes back to the pots it came from."""
    waiting = SpendRequest.objects.select_for_update(of=("self",)).filter(budget=budget)
    for spend in waiting.filter(state__in=[State.DRAFT, State.ASKED]).order_by("pk"):
        _lapse(spend, command.by)
    budget = Budget.objects.select_related("enrolment__participant", "fund").get(pk=budget.pk)
    give_back_rest(command, budget)
    if budget.ended_on is None:
        budget.ended_on = timezone.localdate(command.now)
        save_or_refuse(budget, "ended_on", by=command.by)
        agreements.follow_budget(budget=budget, by=command.by, now=command.now)
        person, key = budget.enrolment.participant, f"budget:{budget.pk}:ended:{command.key}"
        tell(person, ENDED, key=key, now=command.now)
    return budget


def give_back_rest(command: Command, budget: Budget, at_most: int | None = None) -> None:
    """Give back to the fund what nobody was promised of a budget, or at most so many pence of it."""
    locked = ledger.lock(budget=budget, fund=budget.fund)
    left = sum(pence for (kind, _), pence in locked.balances.items() if kind == "BUDGET")
    pence = left if at_most is None else min(left, at_most)
    if pence:
        order = Order(budget.fund, timezone.localdate(command.now))
        shares = ledger.fill(pence, locked.of("BUDGET"), order, last_first=True)
        ledger.post(command, [Move(Kind.RETURN, shares)], budget=budget)


def _lapse(spend: SpendRequest, by: User) -> None:
    """A request that was sent ends without an answer. One that is still being written stays as it is."""
    if spend.state == State.ASKED:
        spend.state = State.LAPSED
        save_or_refuse(spend, "state", by=by)


@as_service()
def join(*, budget: Budget, into: Budget | None, key: str, by: User, now: datetime) -> None:
    """End the budget of a record that was merged. What it holds goes back to the fund, and what the two together would
    have above the programme's sum comes out of the other: the person has the sum once."""
    _join(budget=budget, into=into, key=key, by=by, now=now)


@idempotent
def _join(command: Command, *, budget: Budget, into: Budget | None) -> Budget:
    give_back_rest(command, budget)
    if into is not None and into.gives_sum_first:
        both = Budget.objects.with_money().in_bulk([budget.pk, into.pk])
        above = both[into.pk].total - sum_for(into, into.opened_on)[0]
        if above > 0:
            give_back_rest(replace(command, key=f"{command.key}:sum"), into, at_most=above)
    return budget


@as_service()
def part(*, keys: str, by: User, now: datetime) -> None:
    """Undo what `join` gave back under keys that begin so: each budget gets again what it gave. Raises NotEnough."""
    for given in Transaction.objects.filter(key__startswith=keys, kind=Kind.RETURN).order_by("pk"):
        _give_again(given=given, by=by, now=now, key=f"{given.key}:undone")


@idempotent
def _give_again(command: Command, *, given: Transaction) -> Budget:
    budget = Budget.objects.select_related("fund").get(transactions=given)
    shares = dict(given.entries.filter(account__kind="POT").values_list("account__pot", "amount"))
    ledger.lock(budget=budget, fund=budget.fund)
    ledger.post(command, [Move(Kind.ALLOCATE, shares)], budget=budget)
    return budget


@as_service()
def end_left_behind(*, now: datetime) -> int:
    """End what should have ended: budgets of enrolments that are over, and what came to an ended one since."""
    holds = Account.objects.filter(budget=OuterRef("pk"), kind="BUDGET", balance__gt=0)
    asked = SpendRequest.objects.filter(budget=OuterRef("pk"), state=State.ASKED)
    over = Q(ended_on=None, enrolment__state=Enrolment.State.ENDED)
    stray = Q(ended_on__isnull=False) & (Exists(holds) | Exists(asked))
    found = list(Budget.objects.filter(over | stray).order_by("pk"))
    for budget in found:
        end_budget(budget=budget, by=User.objects.service(), now=now, key=new_key())
    return len(found)


@as_service()
def settle(participant: Participant, now: datetime) -> None:
    """Give back all that a person's budgets hold, before their record goes: nobody would find it afterwards.

    A payment that waits for a run is taken back. While one is with the bank it raises OnItsWay: the record waits too.
    """
    service = User.objects.service()
    waiting = {"commitment__spend__budget__enrolment__participant": participant, "state": PayOrder.State.READY}
    PayOrder.objects.filter(**waiting).update(state=PayOrder.State.TAKEN_BACK)
    for commitment in Commitment.objects.open().filter(spend__budget__enrolment__participant=participant):
        release_commitment(commitment=commitment, by=service, now=now, key=new_key())
    for budget in Budget.objects.of(participant).filter(ended_on=None).order_by("pk"):
        end_budget(budget=budget, by=service, now=now, key=new_key())


def note(enrolment: Enrolment) -> dict[str, Any]:
    """What becomes of a person's money, for the page that ends an enrolment."""
    budget = Budget.objects.with_money().filter(enrolment=enrolment, ended_on=None).first()
    if budget is None:
        return {}
    requests = SpendRequest.objects.filter(budget=budget)
    return {
        "budget": budget,
        "set_aside": Commitment.objects.open().filter(spend__budget=budget).select_related("spend").order_by("pk"),
        "waiting": requests.filter(state=State.ASKED).order_by("asked_at"),
    }

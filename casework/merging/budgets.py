"""What becomes of money where two records of one person had a budget in one programme: they become one budget.

Requests without an answer move to the budget that stays. Money set aside stays with its own until it is paid.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from budgets import ending
from budgets.models import Budget, Commitment, SpendRequest, Way, WayAgreement
from budgets.models.paying import is_ordered
from casework.merging.moving import Mover
from people.models import Enrolment, Merge, User


def join_budgets(mover: Mover) -> None:
    """End budgets of enrolments that the merge ended, and leave the person each programme's sum once."""
    theirs = Budget.objects.filter(enrolment__participant=mover.kept, ended_on=None)
    theirs = theirs.select_related("enrolment__programme", "enrolment__participant", "fund")
    for budget in theirs.filter(enrolment__state=Enrolment.State.ENDED).order_by("pk"):
        into = theirs.open().filter(enrolment__programme=budget.enrolment.programme_id).first()
        if into is not None:
            _move_requests(mover, budget, into)
        _stop_ways(mover, budget)
        mover.change(budget, ended_on=mover.today)
        ending.join(budget=budget, into=into, key=f"{_key(mover.merge)}{budget.pk}", by=mover.by, now=mover.now)


def _stop_ways(mover: Mover, budget: Budget) -> None:
    """Its ways of taking money stop: what is set aside still, the service pays. What is on its way by bank goes on."""
    open_ones = Commitment.objects.open().filter(spend__budget=budget).exclude(is_ordered())
    for commitment in open_ones.exclude(way=Way.NOTIONAL).order_by("pk"):
        mover.change(commitment, way=Way.NOTIONAL)
    for agreement in WayAgreement.objects.current().filter(budget=budget).order_by("pk"):
        signed = agreement.state == WayAgreement.State.IN_FORCE
        state = WayAgreement.State.STOPPED if signed else WayAgreement.State.TAKEN_BACK
        why = "The record was joined with another of the same person."
        mover.change(agreement, state=state, ended_by_id=mover.by.pk, ended_at=mover.now, ended_why=why)


def part_budgets(merge: Merge, *, by: User, now: datetime) -> None:
    """Undo it: each budget gets again what it gave back. Raises NotEnough where the fund has it no longer."""
    ending.part(keys=_key(merge), by=by, now=now)


def _key(merge: Merge) -> str:
    return f"merge:{merge.pk}:budget:"


def _move_requests(mover: Mover, budget: Budget, into: Budget) -> None:
    """Requests that wait, and those being written, where there is not another one in the budget that stays."""
    states = [SpendRequest.State.ASKED, SpendRequest.State.DRAFT]
    for spend in SpendRequest.objects.filter(budget=budget, state__in=states).order_by("pk"):
        try:
            with transaction.atomic():
                mover.change(spend, budget_id=into.pk)
        except IntegrityError:
            continue

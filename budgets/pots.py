"""What funders promise, on which terms, and what becomes of it when it should have been used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from budgets import ledger
from budgets.commands import Command, idempotent, new_key
from budgets.drawing import exchanged
from budgets.models import Account, Budget, Fund, Funder, Pot
from budgets.spending import Order
from budgets.telling import tell
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from people.models import DeliveryUnit, User

LESS = "Some of your money had to be used by a day that has gone, so you may have less."


@idempotent
def open_pot(
    command: Command, *, fund: Fund, funder: Funder, called: str, pledged: int, expected_on: date | None = None,
    youngest: int | None = None, oldest: int | None = None, for_whom: str = "", tag: str = "",
    areas: Sequence[DeliveryUnit] = (), purposes: Sequence[str] = (), use_by: date | None = None,
    if_unspent: str = Pot.IfUnspent.CARRY, law: str = "",
) -> Pot:  # fmt: skip
    """Enter what a funder promises a fund, and on which terms. There is no money in it yet."""
    pot = Pot(
        fund=fund, funder=funder, called=called, pledged=pledged, expected_on=expected_on, youngest=youngest,
        oldest=oldest, for_whom=for_whom, tag=tag, purposes=list(purposes), use_by=use_by, if_unspent=if_unspent,
        law=law, opened_on=timezone.localdate(command.now), opened_by=command.by,
    )  # fmt: skip
    save_or_refuse(pot, by=command.by)
    pot.areas.set(areas)
    return pot


@as_service()
def end_use(*, now: datetime) -> int:
    """Take from budgets what should have been used by now. Other money of the fund takes its place, if it has some.

    What is set aside stays so: that was in time.
    """
    today = timezone.localdate(now)
    over = [pot for pot in Pot.objects.filter(use_by__lt=today) if is_over(pot, today)]
    holds = Account.objects.filter(kind="BUDGET", pot__in=over, balance__gt=0)
    found = Budget.objects.filter(pk__in=holds.values("budget")).select_related("fund", "enrolment__participant")
    for budget in (budgets := list(found.order_by("pk"))):
        _replace(budget=budget, by=User.objects.service(), now=now, key=new_key())
    return len(budgets)


def is_over(pot: Pot, today: date) -> bool:
    """Whether its last day is over: nothing more is set aside from it, and what is left goes back to its funder."""
    return pot.last_day is not None and pot.last_day < today


@idempotent
def _replace(command: Command, *, budget: Budget) -> Budget:
    today = timezone.localdate(command.now)
    order = Order(budget.fund, today, person=budget.enrolment.participant)
    locked = ledger.lock(budget=budget, fund=budget.fund)
    over = {pot: pence for pot, pence in locked.of("BUDGET").items() if is_over(order.pots[pot], today)}
    if not over:
        return budget  # someone set it aside just now
    others = order.spendable(locked.of("POT"))
    ledger.post(command, exchanged(over, others, order), budget=budget)
    if sum(others.values()) < sum(over.values()):
        person, key = budget.enrolment.participant, f"budget:{budget.pk}:use-by:{command.key}"
        tell(person, LESS, key=key, now=command.now)
    return budget

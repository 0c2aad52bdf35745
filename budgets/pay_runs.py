"""A pay run: payments that were ordered, in one file for the bank. One drafts it, another approves it.

What is in the file never changes: the sums and accounts are those of the moment it was drafted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, When
from django.utils import timezone

from budgets import bank_files
from budgets.commands import Command, idempotent
from budgets.models import PayeeAccount, PayingAccount, PayOrder, PayRun
from budgets.models.paying import PayOrderQuerySet
from budgets.pay_orders import refuse_hands, refuse_payees
from common import working_days
from common.errors import RuleBroken
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import Participant, User

State = PayRun.State
BANKS_OF = working_days.Nation.ENGLAND_AND_WALES  # whose holidays Bacs keeps, wherever the money goes
BACS_DAYS = 2  # working days between the file and the money: it goes in, is worked on, and is there on the third


class NotInThatState(RuleBroken):
    pass


class SamePerson(RuleBroken):
    pass


class NothingToPay(RuleBroken):
    pass


class NotThatDay(RuleBroken):
    pass


OTHERWISE = Refusal(NotInThatState, "Someone else has changed this pay run. It says: {state}.")
ACTS = {
    "approve": Act({State.TO_APPROVE}, OTHERWISE),
    "cancel": Act({State.TO_APPROVE, State.APPROVED, State.SENT}, OTHERWISE),
    "take_file": Act({State.APPROVED}, OTHERWISE),
}


def ready() -> PayOrderQuerySet:
    """What waits for a run, oldest first."""
    rows = PayOrder.objects.filter(state=PayOrder.State.READY).select_related("fund__programme", "ordered_by")
    return rows.order_by("ordered_at", "pk")


@as_service()
def people_of(orders: Iterable[PayOrder]) -> list[int]:
    """The ids of the people whose money this is, for the record of who looked."""
    found = Participant.objects.filter(enrolments__budget__requests__commitment__pay_orders__in=list(orders))
    return list(found.values_list("pk", flat=True).distinct())


@transaction.atomic
def add_account(
    *, name: str, sort_code: str, account_number: str, by: User, now: datetime, service_user_number: str = ""
) -> PayingAccount:
    """Add an account of ours that money is paid from."""
    made = PayingAccount(
        name=name, sort_code=sort_code, account_number=account_number, ends_with=account_number[-4:],
        service_user_number=service_user_number, added_by=by, added_at=now,
    )  # fmt: skip
    return save_or_refuse(made, by=by)


@transaction.atomic
def close_account(*, account: PayingAccount, by: User, now: datetime) -> PayingAccount:
    """No new run is paid from it."""
    account = PayingAccount.objects.select_for_update().get(pk=account.pk)
    if account.closed_at is None:
        account.closed_at = now
        save_or_refuse(account, "closed_at", by=by)
    return account


@idempotent
def draft_run(command: Command, *, account: PayingAccount, pay_on: date, orders: Collection[int]) -> PayRun:
    """Draft a run of these payments. Someone else has to approve it."""
    today = timezone.localdate(command.now)
    _refuse_day(pay_on, today)
    if account.closed_at:
        raise NotInThatState("This account of ours is closed. Choose another.")
    locked = PayOrder.objects.select_for_update().filter(pk__in=orders, state=PayOrder.State.READY).order_by("pk")
    usable = {each.pk: each for each in ready().payable(today).filter(pk__in=[each.pk for each in locked])}
    if not usable or len(usable) < len(set(orders)):
        raise NothingToPay(
            "Some of these are not waiting any more, or their bank details changed. Look at the list again."
        )
    refuse_hands(command.by, usable.values())
    run = PayRun(account=account, pay_on=pay_on, drafted_by=command.by, drafted_at=command.now)
    save_or_refuse(run, by=command.by)
    to = Case(*(When(pk=pk, then=each.account_of) for pk, each in usable.items()))
    PayOrder.objects.filter(pk__in=usable).update(state=PayOrder.State.IN_RUN, run=run, account=to)
    return run


@transaction.atomic
def approve(*, run: PayRun, by: User, now: datetime) -> PayRun:
    """Agree that all of it is paid: someone who neither drafted the run nor ordered any of it."""
    run = _lock(run, "approve")
    orders = list(run.orders.select_related("account"))
    if by.pk == run.drafted_by_id:
        raise SamePerson("You drafted this pay run, so someone else approves it.")
    refuse_hands(by, orders)
    refuse_payees(by, {each.payee for each in orders})
    refuse_ended(orders)
    if run.pay_on < timezone.localdate(now):
        raise NotThatDay("Its day is over. Cancel it, and draft it for another day.")
    run.state, run.approved_by, run.approved_at = State.APPROVED, by, now
    return save_or_refuse(run, "state", "approved_by", "approved_at", by=by)


@transaction.atomic
def cancel(*, run: PayRun, why: str, by: User, now: datetime) -> PayRun:
    """Nothing of it is paid: all of it waits for a run again. Where a file was taken, someone else than who took it
    says that the bank did not get it."""
    run = _lock(run, "cancel")
    if by.pk == run.sent_by_id:
        raise SamePerson("You took the file, so someone else says that the bank did not get it.")
    if run.orders.exclude(state=PayOrder.State.IN_RUN).exists():
        raise NotInThatState("The bank has answered for some of it, so the bank has the file. Answer for each payment.")
    run.orders.update(state=PayOrder.State.READY, run=None, account=None)
    run.state, run.why, run.cancelled_by, run.cancelled_at = State.CANCELLED, why, by, now
    return save_or_refuse(run, "state", "why", "cancelled_by", "cancelled_at", by=by)


@transaction.atomic
def take_file(*, run: PayRun, kind: str, by: User, now: datetime) -> PayRun:
    """Take the file to the bank. Who takes it is named. It is of one kind for ever, or it would be paid twice."""
    run = _lock(run, "take_file")
    if kind not in bank_files.KINDS:
        raise NotInThatState("Choose one of the kinds of file on the page of this pay run.")
    refuse_late(run, kind, timezone.localdate(now))
    orders = list(run.orders.select_related("account"))
    refuse_ended(orders)
    refuse_hands(by, orders)
    run.state, run.sent_by, run.sent_at, run.sent_as = State.SENT, by, now, kind
    return save_or_refuse(run, "state", "sent_by", "sent_at", "sent_as", by=by)


def file_of(run: PayRun) -> tuple[str, bytes]:
    """The name and the bytes of the file that was taken: the same each time."""
    return bank_files.written(run, list(run.orders.select_related("account").order_by("pk")))


def refuse_ended(orders: Collection[PayOrder]) -> None:
    if any(each.account and each.account.state != PayeeAccount.State.CHECKED for each in orders):
        raise NothingToPay("Bank details of a payment in this run are used no longer. Cancel it, and draft it anew.")


def refuse_late(run: PayRun, kind: str, today: date) -> None:
    if kind in bank_files.BACS and run.pay_on < first_bacs_day(today):
        raise NotThatDay(
            f"Bacs takes three working days, so it would be there on {first_bacs_day(today):%-d %B %Y} at the soonest. "
            "Take another kind of file, or cancel the run and draft it for that day."
        )


def first_bacs_day(today: date) -> date:
    """The first day on which money of a file of today is there."""
    return working_days.add_working_days(today, BACS_DAYS, BANKS_OF)


def _refuse_day(pay_on: date, today: date) -> None:
    if pay_on < today:
        raise NotThatDay("Enter today or a later day.")
    if not working_days.is_working_day(pay_on, BANKS_OF):
        raise NotThatDay("Banks pay on working days. Choose a day from Monday to Friday that is no holiday.")


def _lock(run: PayRun, act: str) -> PayRun:
    run = PayRun.objects.select_for_update(of=("self",)).select_related("account").get(pk=run.pk)
    ACTS[act].begins(State(run.state))
    return run

"""Accounting periods. Entries stand in an open one; two people open the next, and two close one that is over.

What is dated in a closed period stands in the next one (budgets/sql/books.sql). The first is there from the start.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from budgets.models import AccountingPeriod, Transaction
from common.errors import RuleBroken
from common.saving import save_or_refuse
from common.states import Act, Refusal
from people.models import User

State = AccountingPeriod.State
DAY = timedelta(days=1)
YEAR_BEGINS = (4, 1)  # a month and a day: the public sector's financial year
LONGEST = timedelta(days=731)


class NotThatState(RuleBroken):
    pass


class SamePerson(RuleBroken):
    pass


class NotOver(RuleBroken):
    pass


class NotThoseDays(RuleBroken):
    pass


OTHERWISE = Refusal(NotThatState, "Someone else has answered this. These accounts say: {state}.")
ACTS = {
    "agree_to_open": Act({State.OPENING}, OTHERWISE),
    "cancel_opening": Act({State.OPENING}, OTHERWISE),
    "ask_to_close": Act({State.OPEN}, OTHERWISE),
    "leave_open": Act({State.CLOSING}, OTHERWISE),
    "agree_to_close": Act({State.CLOSING}, OTHERWISE),
}


def year_of(day: date) -> tuple[date, date]:
    """The first and the last day of the financial year that a day lies in."""
    begins = date(day.year, *YEAR_BEGINS)
    begins = begins if day >= begins else date(day.year - 1, *YEAR_BEGINS)
    return begins, date(begins.year + 1, *YEAR_BEGINS) - DAY


def begin(*, now: datetime, today: date) -> None:
    """Open the first period where there is none: until the end of this financial year, from the first entry's on."""
    if AccountingPeriod.objects.exists():
        return
    first = Transaction.objects.aggregate(first=Min("dated"))["first"] or today
    AccountingPeriod.objects.create(
        starts_on=year_of(first)[0], ends_on=year_of(max(first, today))[1], state=State.OPEN, opened_at=now
    )


def is_open(day: date) -> bool:
    """Whether something of this day can be posted, into its own period or a later one."""
    return AccountingPeriod.objects.filter(state__in=[State.OPEN, State.CLOSING], ends_on__gte=day).exists()


def next_starts_on() -> date:
    last = AccountingPeriod.objects.order_by("-ends_on").values_list("ends_on", flat=True).first()
    assert last
    return last + DAY


@transaction.atomic
def ask_to_open(*, ends_on: date, by: User, now: datetime) -> AccountingPeriod:
    """Ask a second person to open the next period: from the day after the last one."""
    starts_on = next_starts_on()
    if not starts_on < ends_on <= starts_on + LONGEST:
        raise NotThoseDays(f"It begins on {starts_on:%-d %B %Y}. Enter a day after that, at most two years later.")
    return save_or_refuse(
        AccountingPeriod(starts_on=starts_on, ends_on=ends_on, opening_asked_by=by, opening_asked_at=now), by=by
    )


@transaction.atomic
def agree_to_open(*, period: AccountingPeriod, by: User, now: datetime) -> AccountingPeriod:
    period = _lock(period, "agree_to_open")
    _refuse_same(period.opening_asked_by_id, by)
    period.state, period.opened_by, period.opened_at = State.OPEN, by, now
    return save_or_refuse(period, "state", "opened_by", "opened_at", by=by)


@transaction.atomic
def cancel_opening(*, period: AccountingPeriod) -> None:
    """Take back what was asked: nothing was posted in it."""
    _lock(period, "cancel_opening").delete()


@transaction.atomic
def ask_to_close(*, period: AccountingPeriod, by: User, today: date, now: datetime) -> AccountingPeriod:
    """Ask a second person to close a period that is over. Those before it are closed, and the next one is open."""
    period = _lock(period, "ask_to_close")
    if period.ends_on >= today:
        raise NotOver(f"It goes on until {period.ends_on:%-d %B %Y}. Close it after that day.")
    earlier = AccountingPeriod.objects.filter(ends_on__lt=period.starts_on).exclude(state=State.CLOSED).first()
    if earlier:
        raise NotOver(f"Close the accounts of {earlier} first.")
    if not is_open(period.ends_on + DAY):
        raise NotOver("Open the next accounts first: what comes late stands there.")
    period.state, period.closing_asked_by, period.closing_asked_at = State.CLOSING, by, now
    return save_or_refuse(period, "state", "closing_asked_by", "closing_asked_at", by=by)


@transaction.atomic
def leave_open(*, period: AccountingPeriod, by: User) -> AccountingPeriod:
    period = _lock(period, "leave_open")
    period.state, period.closing_asked_by, period.closing_asked_at = State.OPEN, None, None
    return save_or_refuse(period, "state", "closing_asked_by", "closing_asked_at", by=by)


@transaction.atomic
def agree_to_close(*, period: AccountingPeriod, by: User, now: datetime) -> AccountingPeriod:
    """Close it for ever. Whoever is posting into it ends first."""
    with connection.cursor() as cursor:  # before the row, as the ledger does
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('accounts', 0))")
    period = _lock(period, "agree_to_close")
    _refuse_same(period.closing_asked_by_id, by)
    period.state, period.closed_by, period.closed_at = State.CLOSED, by, now
    return save_or_refuse(period, "state", "closed_by", "closed_at", by=by)


def _lock(period: AccountingPeriod, act: str) -> AccountingPeriod:
    period = AccountingPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    ACTS[act].begins(State(period.state))
    return period


def _refuse_same(asked_by: int | None, by: User) -> None:
    if asked_by == by.pk:
        raise SamePerson("Someone other than who asked has to agree.")

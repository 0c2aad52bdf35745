"""What about the funds and their books waits for someone: what is put right, accounts, differences, money that ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone

from budgets import pay_items, periods
from budgets.models import (
    AccountingPeriod,
    Correction,
    LedgerDifference,
    Pot,
)
from common.money import pounds
from common.work_items import MOST, WorkItem
from people.access.abilities import Can, can
from people.models import Membership, User

ANSWER_WITHIN = timedelta(days=7)
OPEN_AHEAD = timedelta(days=60)  # how long before the accounts end the next ones are to be opened
USE_AHEAD = timedelta(days=60)  # how long before money ends it is said that some is left
SAID_NO_FOR = timedelta(days=14)  # how long a no is on the list of who asked
CLOSE_WITHIN = timedelta(days=90)  # after their last day


def of_the_books(*, user: User, today: date) -> list[WorkItem]:
    """Corrections of the funds, accounts to open and close, and differences that nobody has looked into."""
    said_no = Q(state=Correction.State.REFUSED, asked_by=user, answered_at__date__gt=today - SAID_NO_FOR)
    rows = Correction.objects.filter(said_no | Q(state=Correction.State.ASKED), budget=None)
    rows = rows.select_related("asked_by", "wrong", "pot", "answered_by")
    found = list(rows.order_by("asked_at")[:MOST])
    waiting = [each for each in found if each.state == Correction.State.ASKED]
    mine = [each for each in waiting if user.pk in had_a_part(each)]
    others = set(Membership.objects.seeing_funds(today)) - {user.pk} if mine else set()
    books: list[WorkItem] = []
    if can(user, Can.KEEP_BOOKS):
        books = [*_accounts(user, today), *_differences(), *_pots(today), *pay_items.items(user, today)]
    return [
        *(_correct_fund(each) for each in waiting if each not in mine),
        *(_nobody_answers(each) for each in mine if not others - had_a_part(each)),
        *(_refused(each) for each in found if each not in waiting),
        *books,
    ]


def _refused(correction: Correction) -> WorkItem:
    """What someone asked for, and a second person said no to: it is on the list of who asked for a while."""
    assert correction.answered_by
    assert correction.answered_at
    said = f"{correction.answered_by.name} said no to {pounds(correction.amount)}: {correction.answer}"
    return WorkItem(
        urgency=50, kind="Correction", person=None, who="A fund", reason=said, action="Look",
        due=timezone.localdate(correction.answered_at) + SAID_NO_FOR,
        url=reverse_lazy("budgets:correction", args=[correction.pk]),
    )  # fmt: skip


def _nobody_answers(correction: Correction) -> WorkItem:
    """It stays with whoever had a part in it."""
    said = f"{pounds(correction.amount)} waits for a second person, and nobody else may agree. Ask for one."
    return replace(_correct_fund(correction), reason=said, action="Look")


def _pots(today: date) -> Iterable[WorkItem]:
    """Money that was promised and has not come, that ends soon, or that was not used and goes back to its funder."""
    ends, late = Q(use_by__lte=today + USE_AHEAD), Q(expected_on__lt=today)
    for pot in Pot.objects.filter(ends | late).with_balance().with_received().order_by("expected_on", "use_by", "pk"):
        if pot.expected_on and pot.expected_on < today and pot.received < pot.pledged:
            missing, by = pounds(pot.pledged - pot.received), f"{pot.expected_on:%-d %B %Y}"
            yield _money(pot, f"{missing} of {pot.called}, promised by {by}, has not come.", today, 30)
        if pot.last_day and pot.last_day <= today + USE_AHEAD and pot.balance:
            over = pot.last_day < today
            said = "was to be used" if over else "is to be set aside"
            then = " Give it back." if over else ""
            left = f"{pounds(pot.balance)} of {pot.called} {said} by {pot.last_day:%-d %B %Y}.{then}"
            yield _money(pot, left, pot.last_day, 30 if over else 50)


def _money(pot: Pot, reason: str, due: date, urgency: int) -> WorkItem:
    return WorkItem(
        urgency=urgency, kind="Money", person=None, who="A fund", reason=reason, due=due, action="Look",
        url=reverse_lazy("budgets:fund-detail", args=[pot.fund_id]),
    )  # fmt: skip


def had_a_part(correction: Correction) -> set[int]:
    return {correction.asked_by_id} | ({correction.wrong.by_id} if correction.wrong else set())


def _correct_fund(correction: Correction) -> WorkItem:
    by, pence = correction.asked_by.name, pounds(correction.amount)
    came = correction.kind == Correction.Kind.CONTRIBUTE and correction.pot
    return WorkItem(
        urgency=40, kind="Correction", person=None, who="A fund", action="Answer",
        reason=f"{by} entered that {pence} of {came.called} came in. Is it so?" if came
        else f"{by} asks to put {pence} right: {correction.reason}",
        due=timezone.localdate(correction.asked_at) + ANSWER_WITHIN,
        url=reverse_lazy("budgets:correction", args=[correction.pk]),
    )  # fmt: skip


def _accounts(user: User, today: date) -> Iterable[WorkItem]:
    """The next accounts to open, those that are over, and what another finance officer asked for."""
    found = list(AccountingPeriod.objects.exclude(state=AccountingPeriod.State.CLOSED).order_by("starts_on"))
    opened = [each.ends_on for each in found if each.state != AccountingPeriod.State.OPENING]
    last = max(opened, default=periods.next_starts_on() - periods.DAY)
    if last - OPEN_AHEAD <= today:
        yield _book(f"The accounts end on {last:%-d %B %Y}. Open the next ones, or no money moves.", last, "Open")
    for each in found:
        if each.state == AccountingPeriod.State.OPENING and each.opening_asked_by_id != user.pk:
            yield _book(f"The accounts of {each} wait for a second person to open them.", each.starts_on, "Answer")
        elif each.state == AccountingPeriod.State.CLOSING and each.closing_asked_by_id != user.pk:
            yield _book(f"The accounts of {each} wait for a second person to close them.", today, "Answer")
        elif each.state == AccountingPeriod.State.OPEN and each.ends_on < today:
            yield _book(f"The accounts of {each} are over. Close them.", each.ends_on + CLOSE_WITHIN, "Close")


def _differences() -> Iterable[WorkItem]:
    """One line for all: they are read together."""
    found = LedgerDifference.objects.current().filter(looked_into_by=None)
    if first := found.order_by("found_at").first():
        count = found.count()
        words = "1 thing does" if count == 1 else f"{count} things do"
        yield _book(f"{words} not add up, and nobody has looked into it.", timezone.localdate(first.found_at), "Look")


def _book(reason: str, due: date, action: str) -> WorkItem:
    return WorkItem(
        urgency=30, kind="Books", person=None, who="The books", reason=reason, due=due, action=action,
        url=reverse_lazy("budgets:books"),
    )  # fmt: skip

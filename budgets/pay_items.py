"""What about payments by bank waits for finance: a run to draft, approve, take or confirm, details to check, a line of
the bank that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Min, Sum
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise

from budgets import interests
from budgets.models import BankEntry, PayeeAccount, PayOrder, PayRun
from common.money import pounds
from common.postgres.actor import as_service
from common.work_items import MOST, WorkItem
from people.models import Membership, User

PAY_WITHIN = timedelta(days=5)  # from a manager's order to a run
CHECK_WITHIN = timedelta(days=3)
LOOK_WITHIN = timedelta(days=7)
CONFIRM_WITHIN = timedelta(days=3)  # after the day on which the money was to be there
State = PayRun.State


def items(user: User, today: date) -> Iterable[WorkItem]:
    yield from _waiting(today)
    yield from _runs(user, today)
    yield from _to_check(user, today)
    yield from _unknown()


def _waiting(today: date) -> Iterable[WorkItem]:
    rows = PayOrder.objects.filter(state=PayOrder.State.READY)
    found = rows.aggregate(count=Count("pk"), pence=Sum("amount"), oldest=Min("ordered_at"))
    if found["count"]:
        many = "payment waits" if found["count"] == 1 else "payments wait"
        says = f"{found['count']} {many} for a pay run: {pounds(found['pence'])}."
        due = timezone.localdate(found["oldest"]) + PAY_WITHIN
        yield _item(says, due, "Draft", reverse_lazy("budgets:pay-runs"), 30 if due < today else 40)


def _runs(user: User, today: date) -> Iterable[WorkItem]:
    rows = PayRun.objects.exclude(state__in=[State.DONE, State.CANCELLED]).with_sum()
    open_ones = list(rows.prefetch_related("orders").order_by("pay_on", "pk")[:MOST])
    keepers = set(Membership.objects.keeping_books(today))
    tied = _tied([run for run in open_ones if run.state == State.TO_APPROVE])
    for run in open_ones:
        url, says = reverse_lazy("budgets:pay-run", args=[run.pk]), f"{run.reference}, {pounds(run.pence)},"
        if run.state == State.TO_APPROVE:
            may = keepers - {run.drafted_by_id, *(order.ordered_by_id for order in run.orders.all())}
            may -= tied.get(run.pk, set())
            if user.pk in may:
                yield _item(f"{says} waits for you to approve it.", run.pay_on, "Approve", url, 30)
            elif not may:
                asks = f"{says} waits for a second finance officer, and there is none. Ask for one."
                yield _item(asks, run.pay_on, "Look", url, 30)
        elif run.state == State.APPROVED:
            over = " Its day is over: cancel it, and draft it anew." if run.pay_on < today else ""
            yield _item(f"{says} is approved. Take the file to the bank.{over}", run.pay_on, "Take it", url, 30)
        elif run.pay_on + CONFIRM_WITHIN <= today:
            says = f"{says} was to be there on {run.pay_on:%-d %B %Y}, and no statement says so. Read the bank’s."
            yield _item(says, run.pay_on + CONFIRM_WITHIN, "Look", url, 40)


@as_service()  # finance sees no request
def _tied(runs: list[PayRun]) -> dict[int, set[int]]:
    """Who knows someone outside work that wrote, sent or decided what each of these runs pays for: two statements."""
    asked = PayOrder.objects.filter(run__in=runs).select_related("commitment__spend") if runs else []
    hands = [(order.run_id, hand) for order in asked for hand in order.commitment.spend.asked_and_decided_by]
    known, found = interests.tied_to({hand for _, hand in hands}), dict[int, set[int]]()
    for run, hand in hands:
        found.setdefault(run or 0, set()).update(known.get(hand, set()))
    return found


def _to_check(user: User, today: date) -> Iterable[WorkItem]:
    rows = PayeeAccount.objects.filter(state=PayeeAccount.State.TO_CHECK).order_by("asked_at")
    others = set(Membership.objects.keeping_books(today)) - {user.pk}
    for each in rows[:MOST]:
        if each.asked_by_id == user.pk and others:
            continue
        says = f"Bank details of {each.payee} are to be checked."
        if each.asked_by_id == user.pk:
            says += " You entered them, and there is no second finance officer. Ask for one."
        due = timezone.localdate(each.asked_at) + CHECK_WITHIN
        yield _item(says, due, "Check", reverse_lazy("budgets:payee-account", args=[each.pk]), 40)


def _unknown() -> Iterable[WorkItem]:
    found = BankEntry.objects.filter(outcome=BankEntry.Outcome.OPEN).aggregate(
        count=Count("pk"), first=Min("booked_on")
    )
    if found["count"]:
        says = f"{found['count']} line{'' if found['count'] == 1 else 's'} of the bank that nobody knows."
        yield _item(says, found["first"] + LOOK_WITHIN, "Look", reverse_lazy("budgets:bank"), 40)


def _item(reason: str, due: date, action: str, url: Promise, urgency: int) -> WorkItem:
    return WorkItem(
        urgency=urgency, kind="Payment", person=None, who="Finance", reason=reason, due=due, action=action, url=url
    )

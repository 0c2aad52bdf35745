"""What waits about payments that were picked for a look, and money that is paid back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils import timezone

from budgets import interests, recovery, spot_checks
from budgets.models import Recovery, SpotCheck
from common.money import pounds
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Assignment, Membership, User, naming

LOOK_WITHIN = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=10)
SAID_NO_FOR = timedelta(days=14)
PERSON = "spend__budget__enrolment__participant"
OF_PAYMENT = "payment__commitment__spend__budget__enrolment__participant"
ASK_FOR_MORE = "Ask an administrator for another manager."


def items(*, user: User, whom: Whom, today: date, now: datetime) -> Iterable[WorkItem]:
    if can(user, Can.PAY) or whom.led:
        yield from _looks(user, whom, today)
    if can(user, Can.PAY):
        yield from _answers(user, whom, today, now)
    if whom.led:
        yield from _late(whom, today)


@compiled_once
def _checks(*, whom: Whom, pays: bool, today: date) -> QuerySet[SpotCheck]:
    """Of the people whose money they pay, or whom they lead; with the `lead` of each."""
    leads = Assignment.objects.current(today).filter(participant=OuterRef(OF_PAYMENT))
    rows = SpotCheck.objects.waiting().filter(whom.may_change(OF_PAYMENT) if pays else whom.leads(OF_PAYMENT))
    rows = rows.select_related(OF_PAYMENT).annotate(lead=Subquery(leads.values("practitioner")[:1]))
    rows = naming(rows.order_by("picked_at", "pk"), OF_PAYMENT)
    return whom.first(rows, MOST) if pays else rows[:MOST]


def _looks(user: User, whom: Whom, today: date) -> Iterable[WorkItem]:
    """For whoever had no part in it and leads the person, or pays. Where nobody is, it is on the payers' lists."""
    pays = can(user, Can.PAY)
    checks: list[Any] = list(_checks(whom=whom, pays=pays, today=today))
    people = {each.payment.commitment.spend.person.pk for each in checks}
    knows, tied = interests.known_outside(people, set().union(*(spot_checks.had_a_part(each) for each in checks)))
    of_payees = interests.in_payees({each.pk: each.payment.payee for each in checks})
    others = set(Membership.objects.managers_beside(user, today)) if checks and pays else set()
    for check in checks:
        part = spot_checks.had_a_part(check) | knows.get(check.payment.commitment.spend.person.pk, set())
        part |= of_payees.get(check.pk, set())
        part = part.union(*(tied.get(hand, set()) for hand in spot_checks.had_a_part(check)))
        if user.pk not in part:
            yield _look(check, stuck=False)
        elif pays and not (others | {check.lead}) - part - {None}:
            yield _look(check, stuck=True)


@compiled_once
def _recoveries(*, whom: Whom, since: datetime) -> QuerySet[Recovery]:
    """To be answered; and, for a while, those that someone else said no to."""
    waits = Q(state=Recovery.State.PROPOSED) | Q(state=Recovery.State.REFUSED, answered_at__gt=since)
    rows = Recovery.objects.filter(whom.may_change(PERSON), waits).select_related(PERSON, "asked_by")
    return whom.first(naming(rows.order_by("asked_at", "pk"), PERSON), MOST)


def _answers(user: User, whom: Whom, today: date, now: datetime) -> Iterable[WorkItem]:
    """For whoever may; where nobody else in the team may, for who may not, and it says so."""
    asked = list(_recoveries(whom=whom, since=now - SAID_NO_FOR))
    people = {each.spend.person.pk for each in asked}
    knows, tied = interests.known_outside(people, {each.asked_by_id for each in asked})
    others = set(Membership.objects.managers_beside(user, today)) if asked else set()
    for each in asked:
        part = {each.asked_by_id} | knows.get(each.spend.person.pk, set()) | tied.get(each.asked_by_id, set())
        if each.state == Recovery.State.REFUSED:
            if user.pk == each.asked_by_id:
                yield _said_no(each)
        elif user.pk not in part or not others - part:
            yield _answer(each, stuck=user.pk in part)


def _look(check: SpotCheck, *, stuck: bool) -> WorkItem:
    payment, spend = check.payment, check.payment.commitment.spend
    paid = f"{pounds(payment.amount)} to {payment.payee} for {spend.what}"
    said = f"{paid}. {check.why} Look at it."
    if check.state == SpotCheck.State.WRONG:
        said = f"{paid}: something was wrong. {check.found} Settle it."
    if stuck:
        said = f"{paid} was picked for a look, and each in your team had a part in it. {ASK_FOR_MORE}"
    return WorkItem(
        urgency=40 if check.state == SpotCheck.State.WRONG else 60, kind="Payment", person=spend.person, reason=said,
        due=timezone.localdate(check.picked_at + LOOK_WITHIN), action="Look",
        url=reverse_lazy("budgets:spot-check", args=[check.pk]),
    )  # fmt: skip


def _answer(each: Recovery, *, stuck: bool) -> WorkItem:
    said = f"{each.asked_by.name} proposes that {pounds(each.amount)} is paid back: {each.why}"
    if stuck:
        said = (
            f"{pounds(each.amount)} is proposed to be paid back, and nobody else in your team may agree. {ASK_FOR_MORE}"
        )
    return _item(each, said, timezone.localdate(each.asked_at + ANSWER_WITHIN), "Answer")


def _said_no(each: Recovery) -> WorkItem:
    assert each.answered_at
    said = f"It was not agreed that {pounds(each.amount)} is paid back: {each.answer}"
    return _item(each, said, timezone.localdate(each.answered_at + SAID_NO_FOR), "Look")


@compiled_once
def _running(*, whom: Whom, today: date) -> QuerySet[Recovery]:
    first = today - recovery.GRACE
    rows = Recovery.objects.filter(whom.leads(PERSON), state=Recovery.State.RUNNING, first_on__lt=first)
    return naming(rows.select_related(PERSON).order_by("first_on", "pk"), PERSON)[:MOST]


def _late(whom: Whom, today: date) -> Iterable[WorkItem]:
    """Nothing came back for a while: their worker asks how things are."""
    rows = list(_running(whom=whom, today=today))
    found = recovery.progress(rows, today) if rows else {}
    for each in rows:
        there = found[each.pk]
        if there.is_late:
            said = f"{pounds(there.due - there.back)} of what {each.spend.person.called} pays back has not come. "
            yield _item(each, f"{said}Ask how things are; it can be less, or stop.", today, "Look")


def _item(each: Recovery, said: str, due: date, action: str) -> WorkItem:
    return WorkItem(
        urgency=40, kind="Money", person=each.spend.person, reason=said, due=due, action=action,
        url=reverse_lazy("budgets:request-detail" if action == "Look" else "budgets:recovery",
                         args=[each.spend_id if action == "Look" else each.pk]),
    )  # fmt: skip

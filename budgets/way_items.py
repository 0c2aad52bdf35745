"""What about ways of taking money waits for someone: a manager's decision, a signature, a look, a stop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, F, Q, QuerySet
from django.urls import reverse_lazy
from django.utils import timezone

from budgets import interests
from budgets.in_hand import handed_over, in_hand, too_much, with_last
from budgets.models import Way, WayAgreement
from common.money import pounds
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access import sign_in_changes
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Membership, User, naming

State = WayAgreement.State
DECIDE_WITHIN = timedelta(days=10)
SIGN_WITHIN = timedelta(days=7)
SAID_NO_FOR = timedelta(days=14)  # how long a no is on the worker's list
PERSON = "budget__enrolment__participant"


def items(*, user: User, whom: Whom, today: date) -> Iterable[WorkItem]:
    if can(user, Can.DECIDE_REQUEST):
        yield from _to_decide(user, whom, today)
    if whom.led:
        yield from _of_leads(whom, today)


@compiled_once
def _with_senior(*, whom: Whom) -> QuerySet[WayAgreement]:
    rows = WayAgreement.objects.filter(whom.may_change(PERSON), state=State.WITH_SENIOR)
    return whom.first(naming(rows.select_related(PERSON, "asked_by").order_by("asked_at"), PERSON), MOST)


def _to_decide(user: User, whom: Whom, today: date) -> Iterable[WorkItem]:
    """For every manager but who proposed it; where there is no other, for them, and it says so."""
    waiting = list(_with_senior(whom=whom))
    people = {each.budget.enrolment.participant_id for each in waiting}
    knows, tied = interests.known_outside(people, {each.asked_by_id for each in waiting})
    gave = set(sign_in_changes.gave_lately(user, timezone.now())) if waiting else set()
    others = set(Membership.objects.managers_beside(user, today)) if waiting else set()
    for each in waiting:
        person = each.budget.enrolment.participant_id
        part = {each.asked_by_id} | knows.get(person, set()) | tied.get(each.asked_by_id, set())
        asks = f"{each.asked_by.name} proposes “{Way(each.way).label}”. A manager decides."
        if user.pk in part or person in gave:
            if others - part:
                continue
            asks = "A way of taking money waits, and nobody in your team may decide it. Ask for another manager."
        yield _item(each, asks, timezone.localdate(each.asked_at) + DECIDE_WITHIN, "Decide", 40)


def _led(*, whom: Whom, today: date) -> QuerySet[WayAgreement]:
    """What waits for a signature, is in force, stopped with money handed over, or was lately said no to."""
    rows = with_last(WayAgreement.objects.filter(whom.leads(PERSON)))
    said_no = Q(state=State.REFUSED, decided_at__date__gt=today - SAID_NO_FOR)
    said_no |= Q(state=State.DECLINED, ended_at__date__gt=today - SAID_NO_FOR)
    said_no |= Q(state=State.STOPPED, ended_by=F(f"{PERSON}__user"), ended_at__date__gt=today - SAID_NO_FOR)
    over = Q(state=State.STOPPED) & Exists(handed_over())
    rows = rows.filter(Q(state__in=[State.TO_SIGN, State.IN_FORCE]) | over | said_no)
    return naming(rows.select_related(PERSON).order_by("asked_at"), PERSON)[:MOST]


def _of_leads(whom: Whom, today: date) -> Iterable[WorkItem]:
    found = list(_led(whom=whom, today=today))
    there = in_hand({each.budget_id for each in found if each.way != Way.NOTIONAL})
    # A way that is in force again, or that stopped twice, is one line.
    said = {(each.budget_id, each.way) for each in found if each.state == State.IN_FORCE}
    for each in found:
        pence, way = there[each.budget_id, each.way], (each.budget_id, each.way)
        if each.state == State.IN_FORCE:
            yield from _in_force(each, pence, today)
        elif each.state == State.STOPPED:
            if pence and way not in said:
                said.add(way)
                yield _stopped(each, pence)
            elif way not in said and each.ended_by_id == each.budget.enrolment.participant.user_id:
                label = f"“{Way(each.way).label}”"
                yield _item(each, f"They do not want it any more: {label}. {each.ended_why}", today, "Look", 50)
        else:
            yield from _not_signed(each, today)


def _in_force(each: WayAgreement, pence: int, today: date) -> Iterable[WorkItem]:
    if each.barred:
        yield _item(each, f"Money may not be taken so any more: {each.barred[0]}", today, "Look", 30)
    elif too_much(each, pence, today):
        asks = f"{pounds(pence)} is there that nothing was shown for. Ask what it is for."
        yield _item(each, asks, today, "Look", 40)
    elif each.check_is_due(today):
        assert each.next_check_on
        label = f"“{Way(each.way).label}”"
        yield _item(each, f"Look at what became of the money: {label}.", each.next_check_on, "Look", 50)


def _stopped(each: WayAgreement, pence: int) -> WorkItem:
    assert each.ended_at
    says = f"{pounds(pence)} was handed over, and that way stopped. It is shown, or comes back."
    return _item(each, says, timezone.localdate(each.ended_at) + SIGN_WITHIN, "Look", 40)


def _not_signed(each: WayAgreement, today: date) -> Iterable[WorkItem]:
    label, due = f"“{Way(each.way).label}”", timezone.localdate(each.decided_at or each.asked_at) + SIGN_WITHIN
    if each.state == State.REFUSED:
        yield _item(each, f"Not agreed: {label}. {each.reason}", today, "Look", 50)
    elif each.state == State.DECLINED:
        yield _item(each, f"They do not want it: {label}. {each.ended_why}", today, "Look", 50)
    elif due <= today:
        yield _item(each, f"Has not signed yet: {label}.", due, "Look", 50)


def _item(agreement: WayAgreement, reason: str, due: date, action: str, urgency: int) -> WorkItem:
    person = agreement.budget.enrolment.participant
    return WorkItem(
        urgency=urgency, kind="Money", person=person, reason=reason, due=due, action=action,
        url=reverse_lazy("budgets:way", args=[person.ref, agreement.pk]),
    )  # fmt: skip

"""What about ways of taking money waits for someone: a manager's decision, a signature, a look, a stop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils import timezone

from budgets.in_hand import in_hand
from budgets.models import Payment, Way, WayAgreement
from common.money import pounds
from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Membership, User, naming

State = WayAgreement.State
DECIDE_WITHIN = timedelta(days=10)
SIGN_WITHIN = timedelta(days=7)
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
    mine = any(each.asked_by_id == user.pk for each in waiting)
    others = set(Membership.objects.managers_beside(user, today)) if mine else set()
    for each in waiting:
        asks = f"{each.asked_by.name} proposes: {Way(each.way).label.lower()}. A manager decides."
        if each.asked_by_id == user.pk:
            if others:
                continue
            asks = "You proposed a way of taking money, and nobody else in your team may decide. Ask for a manager."
        yield _item(each, asks, timezone.localdate(each.asked_at) + DECIDE_WITHIN, "Decide", 40)


@compiled_once
def _led(*, whom: Whom) -> QuerySet[WayAgreement]:
    """What waits for a signature, is in force, or stopped with money handed over."""
    handed = Payment.objects.filter(commitment__spend__budget=OuterRef("budget"), way=OuterRef("way"), reversed_at=None)
    last = handed.order_by().values("way").annotate(last=Max("paid_on")).values("last")
    rows = WayAgreement.objects.filter(whom.leads(PERSON)).annotate(last_on=Subquery(last))
    rows = rows.filter(Q(state__in=[State.TO_SIGN, State.IN_FORCE]) | Q(state=State.STOPPED) & Exists(handed))
    return whom.first(naming(rows.select_related(PERSON).order_by("asked_at"), PERSON), MOST)


def _of_leads(whom: Whom, today: date) -> Iterable[WorkItem]:
    found = list(_led(whom=whom))
    there = in_hand({each.budget_id for each in found if each.way != Way.NOTIONAL}) if found else in_hand([])
    in_force = {(each.budget_id, each.way) for each in found if each.state == State.IN_FORCE}
    for each in found:
        pence, label = there[each.budget_id, each.way], Way(each.way).label
        if each.state == State.TO_SIGN:
            since = timezone.localdate(each.decided_at or each.asked_at)
            if since + SIGN_WITHIN <= today:
                yield _item(each, f"Has not signed yet: {label.lower()}.", since + SIGN_WITHIN, "Look", 50)
        elif each.state == State.STOPPED and pence and (each.budget_id, each.way) not in in_force:
            assert each.ended_at
            stopped = timezone.localdate(each.ended_at)
            yield _item(each, f"{pounds(pence)} was handed over, and that way stopped. It is shown, or comes back.",
                        stopped + SIGN_WITHIN, "Look", 40)  # fmt: skip
        elif each.state == State.IN_FORCE and each.barred:
            yield _item(each, f"Money may not be taken so any more: {each.barred[0]}", today, "Look", 30)
        elif each.state == State.IN_FORCE and too_much(each, pence, today):
            yield _item(
                each, f"{pounds(pence)} is there that nothing was shown for. Ask what it is for.", today, "Look", 40
            )
        elif each.check_is_due(today):
            assert each.next_check_on
            yield _item(each, f"Look at what became of the money: {label.lower()}.", each.next_check_on, "Look", 50)


def too_much(agreement: WayAgreement, pence: int, today: date) -> bool:
    """Whether more is there than so many weeks' worth; without a sum for a week, whether it is older than that."""
    if not pence:
        return False
    if agreement.weekly:
        return pence > agreement.weekly * agreement.most_weeks
    last: date | None = getattr(agreement, "last_on", None)
    return last is not None and last + timedelta(weeks=agreement.most_weeks) < today


def _item(agreement: WayAgreement, reason: str, due: date, action: str, urgency: int) -> WorkItem:
    person = agreement.budget.enrolment.participant
    return WorkItem(
        urgency=urgency, kind="Money", person=person, reason=reason, due=due, action=action,
        url=reverse_lazy("budgets:way", args=[person.ref, agreement.pk]),
    )  # fmt: skip

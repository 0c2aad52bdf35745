"""Whether someone has shown commitment: what waits to be written down, or to be looked at by someone else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils import timezone

from budgets.models import Budget, Judgement, JudgementAppeal, MoneyRules
from common.work_items import MOST, WorkItem
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Assignment, Membership, User, naming

WRITE_WITHIN = timedelta(days=7)
PERSON = "enrolment__participant"


def items(*, user: User, whom: Whom, today: date) -> Iterable[WorkItem]:
    """For who leads them. What is to be looked at again is not for who wrote it, where anyone else may."""
    found = list(_without_judgement(user=user.pk, whom=whom, today=today))
    wrote_it = any(budget.judge == user.pk for budget in found)
    others = set(Membership.objects.managers_beside(user, today)) - {user.pk} if wrote_it else set()
    for budget in found:
        person, due = budget.enrolment.participant, budget.opened_on + WRITE_WITHIN
        says = "nobody has written down whether they have shown commitment, so they cannot ask."
        if budget.judge:
            if user.pk == budget.judge and (others or not can(user, Can.DECIDE_REQUEST)):
                continue  # a manager has it on their list
            says = "they ask that someone else looks at whether they have shown commitment."
            if user.pk == budget.judge:
                says = f"{says} Nobody else may. Ask an administrator for another manager."
            due = timezone.localdate(budget.asked_again + WRITE_WITHIN)
        yield WorkItem(
            urgency=40, kind="Budget", person=person, action="Write it down", due=due,
            reason=f"{budget.enrolment.programme.name}: {says}",
            url=reverse_lazy("budgets:judge", args=[person.ref, budget.pk]),
        )  # fmt: skip


def _without_judgement(*, user: int, whom: Whom, today: date) -> QuerySet[Any, Any]:
    """People who can ask for nothing until someone writes down whether they have shown commitment: nobody has, or they
    asked that someone other than the `judge` looks. That is whoever else leads them; where nobody does, a manager."""
    of_programme = MoneyRules.objects.filter(programme=OuterRef("enrolment__programme"))
    asks = Subquery(of_programme.newest(today).values("needs_commitment")[:1])
    judged = Judgement.objects.filter(enrolment=OuterRef("enrolment"))
    again = JudgementAppeal.objects.waiting().filter(judgement__enrolment=OuterRef("enrolment"))
    others = Assignment.objects.current(today).filter(participant=OuterRef(PERSON))
    others = others.exclude(practitioner=OuterRef("judge"))
    rows = Budget.objects.open().filter(whom.may_change(PERSON)).alias(asks=asks).filter(asks=True)
    rows = rows.annotate(
        judge=Subquery(again.values("judgement__by")[:1]), asked_again=Subquery(again.values("at")[:1])
    ).annotate(led_by_another=Exists(others))
    mine = whom.leads(PERSON)
    rows = rows.filter(
        (~Exists(judged) & mine)
        | (Q(judge__isnull=False) & mine & ~Q(judge=user))
        | Q(judge__isnull=False, led_by_another=False)
    )
    rows = rows.select_related("enrolment__programme", PERSON)
    return naming(rows.order_by("opened_on", "pk"), PERSON)[:MOST]

"""Someone in the story whose budget fits, and who works with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from budgets.models import Budget
from lifeplans.models import Goal
from people.models import Assignment, Programme, User


def someone(
    programme: Programme, manager: User, pence: int, today: date, *, titles: Sequence[str] = ()
) -> Budget | None:
    """The first in this manager's team who has as much left, a goal with one of these titles (or any), an account and
    no licence; nobody twice."""
    rows = Budget.objects.open().with_money().filter(enrolment__programme=programme, agreements=None)
    rows = rows.filter(enrolment__participant__user__isnull=False, requests__panel_case=None, requests__questions=None)
    rows = rows.exclude(enrolment__participant__sentences__kind="CUSTODY").distinct()
    for budget in rows.select_related("enrolment__participant", "enrolment__programme").order_by("pk"):
        if budget.available >= pence and goals_of(budget, titles).exists() and _team(budget) == _team_of(manager):
            return budget
    return None


def goals_of(budget: Budget, titles: Sequence[str] = ()) -> Any:
    found = Goal.objects.in_plan_of(budget.enrolment.participant_id).filter(status=Goal.Status.AGREED)
    return (found.filter(title__in=titles) if titles else found).order_by("position")


def account_of(budget: Budget) -> User:
    user = budget.enrolment.participant.user
    assert user
    return user


def worker_of(budget: Budget, today: date) -> User:
    theirs = Assignment.objects.filter(participant=budget.enrolment.participant, starts_on__lte=today)
    return theirs.select_related("practitioner").order_by("-starts_on", "-pk")[0].practitioner


def _team(budget: Budget) -> Any:
    theirs = Assignment.objects.filter(participant=budget.enrolment.participant)
    return _team_of(theirs.select_related("practitioner").order_by("-starts_on", "-pk")[0].practitioner)


def _team_of(user: User) -> Any:
    return user.memberships.exclude(team=None).order_by("-pk").values_list("team", flat=True).first()

"""Keep the agreed plan as a version that never changes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from common.errors import RuleBroken
from common.saving import save_or_refuse
from lifeplans.models import LifePlan, PlanVersion
from lifeplans.snapshot import take
from people.models import User


class NoAgreedGoal(RuleBroken):
    pass


class StepMissing(RuleBroken):
    pass


class NothingNew(RuleBroken):
    pass


@transaction.atomic
def agree_plan(*, plan: LifePlan, by: User, today: date, now: datetime) -> PlanVersion:
    """Keep the plan as it reads now under the next number. Goals not agreed by both go in, shown as such."""
    plan = LifePlan.objects.select_for_update(of=("self",)).select_related("participant").get(pk=plan.pk)
    check_ready(plan)
    snapshot = take(plan)
    newest = plan.versions.newest_first().first()
    if newest and newest.snapshot == snapshot:
        raise NothingNew(f"Nothing has changed since version {newest.number}.")
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = PlanVersion(plan=plan, number=number, agreed_on=today, snapshot=snapshot, made_by=by, made_at=now)
    save_or_refuse(version, by=by)
    LifePlan.objects.filter(pk=plan.pk, is_agreed=False).update(is_agreed=True)
    return version


def check_ready(plan: LifePlan) -> None:
    goals = plan.goals.agreed()
    if not goals.exists():
        raise NoAgreedGoal("A plan needs at least one goal that you have both agreed.")
    stepless = goals.without_a_step().in_order().first()
    if stepless:
        raise StepMissing(f"Add a step to “{stepless.title}” first: each agreed goal needs at least one.")

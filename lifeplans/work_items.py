"""What waits for a practitioner in the plans of the people they lead: answers, disagreements, late steps, drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Q, Window
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy

from common.work_items import MOST, WorkItem
from lifeplans.models import Goal, LifePlan, Step
from lifeplans.models.goals import NEEDS_WORDS
from lifeplans.needs import Need
from lifeplans.snapshot import doer
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import User, naming

ANSWER_WITHIN = timedelta(days=3)
TALK_WITHIN = timedelta(days=7)
AGREE_WITHIN = timedelta(days=14)
MANAGER_SEES_AFTER = timedelta(days=28)


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """What waits for the people led, in three queries. Managers also see drafts their teams let lie."""
    if not can(user, Can.WRITE_PLAN):
        return []
    return [
        *goals(whom.led),
        *late_steps(whom.led, today=today),
        *drafts(user, whom, today=today),
    ]


def goals(mine: list[int]) -> Iterable[WorkItem]:
    """The person put a goal forward and waits to hear; or said no to one, or is not sure, and nothing is kept since."""
    newer = Q(kept_at=None) | Q(kept_at__lt=F("participant_said_at"))
    rows = Goal.objects.filter(plan__participant__in=mine).proposed().select_related("plan__participant")
    rows = naming(rows, "plan__participant").annotate(
        kept_at=Max("plan__versions__made_at"),
        to_answer=Q(practitioner_said=""),
        to_talk_about=Q(participant_said__in=NEEDS_WORDS) & newer,
    )
    for goal in rows.filter(Q(to_answer=True) | Q(to_talk_about=True)).order_by("pk")[:MOST]:
        if goal.to_answer:
            yield _to_answer(goal)
        if goal.to_talk_about:
            yield _to_talk_about(goal)


def _to_answer(goal: Goal) -> WorkItem:
    person = goal.plan.participant
    return WorkItem(
        person=person, kind="Plan", urgency=40, due=goal.proposed_on + ANSWER_WITHIN, subject=goal, action="Answer",
        reason=f"{person.called} put a goal forward: “{goal.title}”", inline="lifeplans/work/agree.html",
        url=plan_at(goal),
        extra={"needs": Need.choices, "act": reverse_lazy("lifeplans:goal-agree", args=[person.ref, goal.pk])},
    )  # fmt: skip


def _to_talk_about(goal: Goal) -> WorkItem:
    person, said_at = goal.plan.participant, goal.participant_said_at
    assert said_at
    return WorkItem(
        person=person, kind="Plan", urgency=40, due=timezone.localdate(said_at) + TALK_WITHIN, action="Talk it over",
        reason=f"{person.called} {goal.get_participant_said_display().lower()}: “{goal.title}”", url=plan_at(goal),
    )  # fmt: skip


def late_steps(mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """One line a person, however many of their steps are late."""
    steps = Step.objects.overdue(today).filter(goal__plan__participant__in=mine)
    steps = steps.select_related("goal__plan__participant").order_by("goal__plan__participant", "due_on", "pk")
    late = Window(Count("pk"), partition_by=F("goal__plan__participant"))
    steps = naming(steps, "goal__plan__participant").annotate(late=late).distinct("goal__plan__participant")
    for step in steps[:MOST]:
        assert step.due_on
        others = f" and {step.late - 1} more" if step.late > 1 else ""
        yield WorkItem(
            person=step.goal.plan.participant, kind="Plan", urgency=50, due=step.due_on, action="Look at the plan",
            url=plan_at(step.goal), reason=f"Past its day: “{step.text}” ({doer(step, step.goal.plan)}){others}",
        )  # fmt: skip


def drafts(user: User, whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """Started and never agreed."""
    plans = LifePlan.objects.never_agreed().filter(participant__left_on=None).select_related("participant")
    late = Q(participant__in=whom.led, started_on__lte=today - AGREE_WITHIN)
    if can(user, Can.DECIDE_REQUEST):  # whom they lead is among whom they see
        plans, late = plans.filter(whom.sees("participant")), late | Q(started_on__lte=today - MANAGER_SEES_AFTER)
    for plan in whom.first(naming(plans.filter(late), "participant").order_by("started_on", "pk"), MOST):
        weeks = (today - plan.started_on).days // 7
        yield WorkItem(
            person=plan.participant, kind="Plan", urgency=50, due=plan.started_on + AGREE_WITHIN,
            action="Open the plan",
            reason=f"The plan was started {weeks} weeks ago and has never been agreed.",
            url=reverse_lazy("lifeplans:plan", args=[plan.participant.ref]),
        )  # fmt: skip


def plan_at(goal: Goal) -> Promise:
    return format_lazy("{}#goal-{}", reverse_lazy("lifeplans:plan", args=[goal.plan.participant.ref]), goal.pk)

"""What waits for a practitioner in the plans of the people they lead: answers, goals done or late, setbacks, drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy

from common.postgres.compiled import compiled_once
from common.work_items import MOST, WorkItem
from common.working_days import add_working_days, our_nation
from lifeplans.models import Goal, LifePlan, PlanVersion, Setback, Step
from lifeplans.models.goals import NEEDS_WORDS
from lifeplans.models.steps import UNDONE
from lifeplans.needs import Need
from lifeplans.snapshot import doer
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import NAMES, Participant, User, lean

ANSWER_WITHIN = timedelta(days=3)
PLAN_WITHIN_DAYS = 15  # working days
TALK_WITHIN = timedelta(days=7)
AGREE_WITHIN = timedelta(days=14)
MANAGER_SEES_AFTER = timedelta(days=28)


def items(*, user: User, whom: Whom, today: date, now: datetime) -> list[WorkItem]:
    """What waits for the people led, in five queries. Managers also see drafts their teams let lie."""
    if not can(user, Can.WRITE_PLAN):
        return []
    of_led = []
    if whom.led:
        of_led += [*goals(whom, today=today), *setbacks(whom)]
        of_led += [*late_steps(whom, today=today), *no_plan(whom, today=today)]
    return [*of_led, *drafts(user, whom, today=today)]


@compiled_once
def _goals(*, whom: Whom, today: date) -> QuerySet[Any, Any]:
    """Goals that the person put forward; that they said no to, or are not sure of, with nothing kept since; with every
    step done, of which nobody has asked whether they are reached; and past their date."""
    kept = PlanVersion.objects.filter(plan=OuterRef("plan")).order_by("-made_at").values("made_at")[:1]
    not_kept = Q(kept_at=None) | Q(kept_at__lt=F("participant_said_at"))
    steps = Step.objects.filter(goal=OuterRef("pk"))
    all_done = Exists(steps.filter(status=Step.Status.DONE)) & ~Exists(steps.filter(status__in=UNDONE))
    proposed, agreed = Q(status=Goal.Status.PROPOSED), Q(status=Goal.Status.AGREED)
    rows = Goal.objects.filter(whom.leads("plan__participant")).annotate(
        kept_at=Subquery(kept),
        to_answer=proposed & Q(practitioner_said=""),
        to_talk_about=proposed & Q(participant_said__in=NEEDS_WORDS) & not_kept,
        all_done=agreed & all_done,
        is_overdue=agreed & Q(target_date__lt=today),
    )
    asks = Q(to_answer=True) | Q(to_talk_about=True) | Q(all_done=True) | Q(is_overdue=True)
    read = ("title", "need", "proposed_on", "practitioner_said", "participant_said", "participant_said_at")
    rows = lean(rows.filter(asks), *read, "target_date", person="plan__participant")
    return rows.order_by("-status", "target_date", "pk")[: 2 * MOST]  # those that wait for words first


def goals(whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """A line for each that is put forward, to talk about or done; one a person for those past their date."""
    late: dict[int, list[Goal]] = {}
    for goal in _goals(whom=whom, today=today):
        if goal.to_answer:
            yield _to_answer(goal)
        if goal.to_talk_about:
            yield _to_talk_about(goal)
        if goal.all_done:
            yield _to_ask_about(goal, today)
        elif goal.is_overdue:
            late.setdefault(goal.plan.participant_id, []).append(goal)
    yield from map(_past_their_date, late.values())


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


def _to_ask_about(goal: Goal, today: date) -> WorkItem:
    return WorkItem(
        person=goal.plan.participant, kind="Goal", urgency=40, due=goal.target_date or today, url=plan_at(goal),
        action="Ask", reason=f"Every step is done. Ask whether it is reached: “{goal.title}”",
    )  # fmt: skip


def _past_their_date(goals: list[Goal]) -> WorkItem:
    first = goals[0]
    assert first.target_date
    others = f" and {len(goals) - 1} more" if len(goals) > 1 else ""
    return WorkItem(
        person=first.plan.participant, kind="Goal", urgency=50, due=first.target_date, url=plan_at(first),
        action="Look at the plan", reason=f"Past its date: “{first.title}”{others}",
    )  # fmt: skip


@compiled_once
def _unread_setbacks(*, whom: Whom) -> QuerySet[Setback]:
    """What the person wrote of a setback, or why they paused a goal, until it is read."""
    read = ("note", "recorded_on", "happened_on", "goal__title", "goal__status")
    rows = Setback.objects.filter(whom.leads("plan__participant")).unseen().select_related("goal")
    return lean(rows, *read, person="plan__participant").order_by("recorded_on", "pk")[:MOST]


def setbacks(whom: Whom) -> Iterable[WorkItem]:
    for setback in _unread_setbacks(whom=whom):
        person, goal = setback.plan.participant, setback.goal
        if goal:
            goal.plan = setback.plan
        what = f"paused “{goal.title}”" if goal and goal.status == Goal.Status.PAUSED else "wrote about a setback"
        yield WorkItem(
            person=person, kind="Setback", urgency=30, due=setback.recorded_on + TALK_WITHIN, subject=setback,
            reason=f"{person.called} {what}: {setback.note}", action="Read", inline="lifeplans/work/setback.html",
            url=plan_at(goal) if goal else reverse_lazy("lifeplans:plan", args=[person.ref]),
            extra={"seen": reverse_lazy("lifeplans:setback-seen", args=[person.ref, setback.pk])},
        )  # fmt: skip


@compiled_once
def _without_plan(*, whom: Whom, today: date) -> QuerySet[Participant]:
    people = Participant.objects.filter(whom.leads("pk"), plan=None, joined_on__lt=today).current(today)
    return people.only(*NAMES, "joined_on").order_by("joined_on", "pk")[:MOST]


def no_plan(whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """With us for fifteen working days, and no plan begun."""
    for person in _without_plan(whom=whom, today=today):
        due = add_working_days(person.joined_on, PLAN_WITHIN_DAYS, our_nation())
        if due < today:
            yield WorkItem(
                person=person, kind="No plan", urgency=40, due=due, action="Begin the plan",
                reason=f"With us since {person.joined_on:%-d %B %Y}, and no plan is begun.",
                url=reverse_lazy("lifeplans:plan", args=[person.ref]),
            )  # fmt: skip


@compiled_once
def _late_steps(*, whom: Whom, today: date) -> QuerySet[Any, Any]:
    """One line a person, however many of their steps are late."""
    steps = Step.objects.overdue(today).filter(whom.leads("goal__plan__participant"))
    steps = steps.order_by("goal__plan__participant", "due_on", "pk")
    late = Window(Count("pk"), partition_by=F("goal__plan__participant"))
    read = ("text", "who", "who_name", "due_on", "goal__plan")
    steps = lean(steps, *read, person="goal__plan__participant").annotate(late=late)
    return steps.distinct("goal__plan__participant")[:MOST]


def late_steps(whom: Whom, *, today: date) -> Iterable[WorkItem]:
    for step in _late_steps(whom=whom, today=today):
        assert step.due_on
        others = f" and {step.late - 1} more" if step.late > 1 else ""
        yield WorkItem(
            person=step.goal.plan.participant, kind="Plan", urgency=50, due=step.due_on, action="Look at the plan",
            url=plan_at(step.goal), reason=f"Past its day: “{step.text}” ({doer(step, step.goal.plan)}){others}",
        )  # fmt: skip


@compiled_once
def _never_agreed(*, whom: Whom, manages: bool, today: date) -> QuerySet[LifePlan]:
    plans = LifePlan.objects.never_agreed().filter(participant__left_on=None)
    late = Q(whom.leads("participant"), started_on__lte=today - AGREE_WITHIN)
    if manages:  # whom they lead is among whom they see
        plans, late = plans.filter(whom.sees("participant")), late | Q(started_on__lte=today - MANAGER_SEES_AFTER)
    plans = lean(plans.filter(late), "started_on", person="participant")
    return whom.first(plans.order_by("started_on", "pk"), MOST)


def drafts(user: User, whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """Started and never agreed."""
    for plan in _never_agreed(whom=whom, manages=can(user, Can.DECIDE_REQUEST), today=today):
        weeks = (today - plan.started_on).days // 7
        yield WorkItem(
            person=plan.participant, kind="Plan", urgency=50, due=plan.started_on + AGREE_WITHIN,
            action="Open the plan",
            reason=f"The plan was started {weeks} weeks ago and has never been agreed.",
            url=reverse_lazy("lifeplans:plan", args=[plan.participant.ref]),
        )  # fmt: skip


def plan_at(goal: Goal) -> Promise:
    return format_lazy("{}#goal-{}", reverse_lazy("lifeplans:plan", args=[goal.plan.participant.ref]), goal.pk)

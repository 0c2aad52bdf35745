"""What waits for a practitioner in the plans of the people they lead: answers, goals done or late, setbacks, drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Window
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy

from common.work_items import MOST, WorkItem
from common.working_days import add_working_days, our_nation
from lifeplans.models import Goal, LifePlan, Setback, Step
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
    """What waits for the people led, in six queries. Managers also see drafts their teams let lie."""
    if not can(user, Can.WRITE_PLAN):
        return []
    return [
        *goals(whom.led),
        *worked_on(whom.led, today=today),
        *setbacks(whom.led),
        *late_steps(whom.led, today=today),
        *no_plan(whom.led, today=today),
        *drafts(user, whom, today=today),
    ]


def goals(mine: list[int]) -> Iterable[WorkItem]:
    """The person put a goal forward and waits to hear; or said no to one, or is not sure, and nothing is kept since."""
    newer = Q(kept_at=None) | Q(kept_at__lt=F("participant_said_at"))
    read = ("title", "need", "proposed_on", "practitioner_said", "participant_said", "participant_said_at")
    rows = Goal.objects.filter(plan__participant__in=mine).proposed()
    rows = lean(rows, *read, person="plan__participant").annotate(
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


def worked_on(mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """Goals with every step done, of which nobody has asked whether they are reached; and one line a person for goals
    past their date."""
    steps = Step.objects.filter(goal=OuterRef("pk"))
    all_done = Exists(steps.filter(status=Step.Status.DONE)) & ~Exists(steps.filter(status__in=UNDONE))
    rows = Goal.objects.filter(plan__participant__in=mine).agreed().annotate(all_done=all_done)
    rows = lean(rows, "title", "target_date", person="plan__participant")
    late: dict[int, list[Goal]] = {}
    for goal in rows.filter(Q(all_done=True) | Q(target_date__lt=today)).order_by("target_date", "pk")[:MOST]:
        if goal.all_done:
            yield _to_ask_about(goal, today)
        else:
            late.setdefault(goal.plan.participant_id, []).append(goal)
    yield from map(_past_their_date, late.values())


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


def setbacks(mine: list[int]) -> Iterable[WorkItem]:
    """What the person wrote of a setback, or why they paused a goal, until it is read."""
    read = ("note", "recorded_on", "happened_on", "goal__title", "goal__status")
    rows = Setback.objects.filter(plan__participant__in=mine).unseen().select_related("goal")
    for setback in lean(rows, *read, person="plan__participant").order_by("recorded_on", "pk")[:MOST]:
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


def no_plan(mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """With us for fifteen working days, and no plan begun."""
    people = Participant.objects.filter(pk__in=mine, plan=None, joined_on__lt=today).current(today)
    for person in people.only(*NAMES, "joined_on").order_by("joined_on", "pk")[:MOST]:
        due = add_working_days(person.joined_on, PLAN_WITHIN_DAYS, our_nation())
        if due < today:
            yield WorkItem(
                person=person, kind="No plan", urgency=40, due=due, action="Begin the plan",
                reason=f"With us since {person.joined_on:%-d %B %Y}, and no plan is begun.",
                url=reverse_lazy("lifeplans:plan", args=[person.ref]),
            )  # fmt: skip


def late_steps(mine: list[int], *, today: date) -> Iterable[WorkItem]:
    """One line a person, however many of their steps are late."""
    steps = Step.objects.overdue(today).filter(goal__plan__participant__in=mine)
    steps = steps.order_by("goal__plan__participant", "due_on", "pk")
    late = Window(Count("pk"), partition_by=F("goal__plan__participant"))
    read = ("text", "who", "who_name", "due_on", "goal__plan")
    steps = lean(steps, *read, person="goal__plan__participant").annotate(late=late).distinct("goal__plan__participant")
    for step in steps[:MOST]:
        assert step.due_on
        others = f" and {step.late - 1} more" if step.late > 1 else ""
        yield WorkItem(
            person=step.goal.plan.participant, kind="Plan", urgency=50, due=step.due_on, action="Look at the plan",
            url=plan_at(step.goal), reason=f"Past its day: “{step.text}” ({doer(step, step.goal.plan)}){others}",
        )  # fmt: skip


def drafts(user: User, whom: Whom, *, today: date) -> Iterable[WorkItem]:
    """Started and never agreed."""
    plans = LifePlan.objects.never_agreed().filter(participant__left_on=None)
    late = Q(participant__in=whom.led, started_on__lte=today - AGREE_WITHIN)
    if can(user, Can.DECIDE_REQUEST):  # whom they lead is among whom they see
        plans, late = plans.filter(whom.sees("participant")), late | Q(started_on__lte=today - MANAGER_SEES_AFTER)
    for plan in whom.first(
        lean(plans.filter(late), "started_on", person="participant").order_by("started_on", "pk"), MOST
    ):
        weeks = (today - plan.started_on).days // 7
        yield WorkItem(
            person=plan.participant, kind="Plan", urgency=50, due=plan.started_on + AGREE_WITHIN,
            action="Open the plan",
            reason=f"The plan was started {weeks} weeks ago and has never been agreed.",
            url=reverse_lazy("lifeplans:plan", args=[plan.participant.ref]),
        )  # fmt: skip


def plan_at(goal: Goal) -> Promise:
    return format_lazy("{}#goal-{}", reverse_lazy("lifeplans:plan", args=[goal.plan.participant.ref]), goal.pk)

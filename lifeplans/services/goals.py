"""Acts on goals: propose, word, link, pause, resume, achieve and drop."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from common.errors import RuleBroken
from common.saving import save_or_refuse
from common.states import Act, Refusal
from lifeplans.models import Answer, Author, Goal, LifePlan
from lifeplans.models.goals import OPEN
from lifeplans.notes import ask_participant
from lifeplans.services.plans import record_setback, whose_words
from people.access import sign_in_changes
from people.models import Requirement, User


class NotYourWords(RuleBroken):
    pass


class NotYourGoal(RuleBroken):
    pass


class GoalClosed(RuleBroken):
    pass


class GoalNotAgreed(RuleBroken):
    pass


PROPOSED, AGREED, PAUSED = Goal.Status.PROPOSED, Goal.Status.AGREED, Goal.Status.PAUSED
CLOSED = Refusal(GoalClosed, "This goal is {state}. Propose a new one instead.")
ACTS = {
    "say": Act({PROPOSED, AGREED}, Refusal(GoalClosed, "This goal is {state}. There is nothing to answer now.")),
    "edit_goal_words": Act(
        {PROPOSED, AGREED}, Refusal(GoalClosed, "This goal is {state}. Its words stay as they were.")
    ),
    "link_goal": Act(OPEN, CLOSED),
    "pause_goal": Act({AGREED}, Refusal(GoalNotAgreed, "Only a goal that you are working on can be paused.")),
    "resume_goal": Act({PAUSED}, Refusal(GoalNotAgreed, "Only a paused goal can be started again.")),
    "achieve_goal": Act({AGREED, PAUSED}, Refusal(GoalNotAgreed, "Only a goal that both agreed can be achieved.")),
    "drop_goal": Act(OPEN, CLOSED),
    "add_step": Act(OPEN, CLOSED),
    "set_step": Act(OPEN, CLOSED),
    "edit_step": Act(OPEN, CLOSED),
}


@transaction.atomic
def propose_goal(
    *,
    plan: LifePlan,
    title: str,
    by: User,
    today: date,
    now: datetime,
    why: str = "",
    good: str = "",
    need: str = "",
    risk_note: str = "",
    gives_back: bool = False,
    target_date: date | None = None,
    requirement: Requirement | None = None,
    words_of: Author | None = None,
) -> Goal:
    """Put a goal into the plan. Whoever's words they are agrees to them; the other side is asked."""
    sign_in_changes.look_again(by)
    plan = LifePlan.objects.select_for_update(of=("self",)).select_related("participant").get(pk=plan.pk)
    check_requirement(plan, requirement)
    author = whose_words(plan=plan, by=by, words_of=words_of)
    last = plan.goals.aggregate(last=Max("position"))["last"] or 0
    goal = Goal(
        plan=plan,
        title=title,
        why=why,
        words_of=author,
        proposed_by=by,
        proposed_on=today,
        good=good,
        need=need,
        risk_note=risk_note,
        gives_back=gives_back,
        target_date=target_date,
        requirement=requirement,
        position=last + 1,
    )
    goal.set_answer(author, Answer.AGREE, at=now, by=by)
    save_or_refuse(goal, by=by)
    ask_participant(goal=goal, by=by, today=today, now=now)
    return goal


@transaction.atomic
def edit_goal_words(*, goal: Goal, title: str, why: str, by: User, today: date, now: datetime) -> Goal:
    """Change one's own words. New words need a new yes from the other side."""
    sign_in_changes.look_again(by)
    goal = lock_goal(goal)
    if not goal.words_can_be_edited_by(by):
        raise NotYourWords("Those are the other person's words. Say what you think of them instead.")
    check_may(goal, "edit_goal_words")
    if (goal.title, goal.why) == (title, why):
        return goal
    if goal.participant_waits_for is None or goal.participant_waits_for != by.unconfirmed_way:  # not put forward by it
        sign_in_changes.refuse_unconfirmed(by)
    goal.title, goal.why = title, why
    reopen(goal, by=by, now=now)
    save_or_refuse(goal, by=by)
    ask_participant(goal=goal, by=by, today=today, now=now)
    return goal


@transaction.atomic
def link_goal(
    *,
    goal: Goal,
    by: User,
    today: date,
    now: datetime,
    good: str,
    need: str,
    risk_note: str,
    gives_back: bool,
    target_date: date | None,
    requirement: Requirement | None,
) -> Goal:
    """Say what the goal is good for and what it touches. Filling a blank leaves a yes standing; a change reopens it."""
    goal = lock_goal(goal)
    if goal.plan.author_of(by) == Author.PARTICIPANT:
        raise NotYourGoal("Your practitioner links goals to needs and to what the court asked. Talk to them about it.")
    check_may(goal, "link_goal")
    check_requirement(goal.plan, requirement)
    changed = any(was and was != now_ for was, now_ in [(goal.good, good), (goal.target_date, target_date)])
    goal.good, goal.need, goal.risk_note, goal.gives_back = good, need, risk_note, gives_back
    goal.target_date, goal.requirement = target_date, requirement
    if changed and goal.status != Goal.Status.PAUSED:
        reopen(goal, by=by, now=now)
    save_or_refuse(goal, by=by)
    if changed:
        ask_participant(goal=goal, by=by, today=today, now=now)
    return goal


@transaction.atomic
def pause_goal(
    *, goal: Goal, note: str, happened_on: date, by: User, today: date, words_of: Author | None = None
) -> Goal:
    """Stop for now after a setback. What was done stays done."""
    sign_in_changes.refuse_unconfirmed(by)
    goal = lock_goal(goal)
    check_may(goal, "pause_goal")
    record_setback(plan=goal.plan, goal=goal, note=note, happened_on=happened_on, by=by, today=today, words_of=words_of)
    goal.status, goal.paused_on = Goal.Status.PAUSED, today
    return save_or_refuse(goal, "status", "paused_on", by=by)


@transaction.atomic
def resume_goal(*, goal: Goal, by: User, today: date) -> Goal:
    """Take a paused goal up again, where it was left."""
    sign_in_changes.refuse_unconfirmed(by)
    goal = lock_goal(goal)
    check_may(goal, "resume_goal")
    goal.status, goal.paused_on = Goal.Status.AGREED, None
    return save_or_refuse(goal, "status", "paused_on", by=by)


@transaction.atomic
def achieve_goal(*, goal: Goal, by: User, today: date, how_it_helped: str = "") -> Goal:
    """The person did it."""
    sign_in_changes.refuse_unconfirmed(by)
    goal = lock_goal(goal)
    check_may(goal, "achieve_goal")
    goal.status, goal.achieved_on, goal.how_it_helped = Goal.Status.ACHIEVED, today, how_it_helped
    goal.paused_on = None
    return save_or_refuse(goal, "status", "achieved_on", "how_it_helped", "paused_on", by=by)


@transaction.atomic
def drop_goal(*, goal: Goal, reason: str, by: User, today: date) -> Goal:
    """Let a goal go, with the reason. A person lets go of their own goals; others are for talking about."""
    sign_in_changes.refuse_unconfirmed(by)
    goal = lock_goal(goal)
    check_may(goal, "drop_goal")
    if goal.plan.author_of(by) == Author.PARTICIPANT and (goal.words_of != Author.PARTICIPANT or goal.requirement_id):
        raise NotYourGoal("Your practitioner put this goal forward. Tell them that you do not agree with it.")
    goal.status, goal.dropped_on, goal.drop_reason, goal.paused_on = Goal.Status.DROPPED, today, reason, None
    return save_or_refuse(goal, "status", "dropped_on", "drop_reason", "paused_on", by=by)


@transaction.atomic
def move_goal_up(*, goal: Goal, by: User) -> Goal:
    """Change places with the goal before it among those of the same status."""
    LifePlan.objects.select_for_update().get(pk=goal.plan_id)
    goal = lock_goal(goal)
    before = (
        Goal.objects.select_for_update()
        .filter(plan=goal.plan_id, status=goal.status, position__lt=goal.position)
        .order_by("-position")
        .first()
    )
    if before is not None:
        before.position, goal.position = goal.position, before.position
        save_or_refuse(before, "position", by=by)
        save_or_refuse(goal, "position", by=by)
    return goal


def lock_goal(goal: Goal) -> Goal:
    return Goal.objects.select_for_update(of=("self",)).select_related("plan__participant").get(pk=goal.pk)


def check_may(goal: Goal, act: str) -> None:
    ACTS[act].begins(Goal.Status(goal.status))


def check_requirement(plan: LifePlan, requirement: Requirement | None) -> None:
    if requirement and requirement.sentence.participant_id != plan.participant_id:
        raise RuleBroken("That requirement belongs to someone else's sentence.")


def reopen(goal: Goal, *, by: User, now: datetime) -> None:
    """The editor's side agrees to its own words; the other side has to answer again."""
    author = goal.plan.author_of(by)
    goal.set_answer(author, Answer.AGREE, at=now, by=by)
    goal.set_answer(author.other, "")
    goal.status, goal.agreed_on = Goal.Status.PROPOSED, None

"""Steps: added by either side, ticked by whoever does them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from common.errors import RuleBroken
from common.saving import save_or_refuse
from lifeplans.models import Author, Goal, Step
from lifeplans.services.goals import NotYourWords, check_may, lock_goal
from lifeplans.services.plans import whose_words
from people.access import sign_in_changes
from people.models import User


class NotYourStep(RuleBroken):
    pass


@transaction.atomic
def add_step(
    *,
    goal: Goal,
    text: str,
    who: str,
    by: User,
    today: date,
    who_name: str = "",
    due_on: date | None = None,
    words_of: Author | None = None,
) -> Step:
    """Add a step at the end: what, who, by when."""
    goal = lock_goal(goal)
    check_may(goal, "add_step")
    last = goal.steps.aggregate(last=Max("position"))["last"] or 0
    return save_or_refuse(
        Step(
            goal=goal, text=text, who=who, who_name=who_name, due_on=due_on, position=last + 1, added_by=by,
            added_on=today, words_of=whose_words(plan=goal.plan, by=by, words_of=words_of),
        ), by=by)  # fmt: skip


@transaction.atomic
def set_step(*, step: Step, status: str, by: User, today: date) -> Step:
    """Say how a step is going. A participant ticks their own steps; the rest are for whoever does them to report."""
    step = lock_step(step)
    check_may(step.goal, "set_step")
    if step.goal.plan.author_of(by) == Author.PARTICIPANT and step.who != Step.Who.PARTICIPANT:
        raise NotYourStep("That step is for someone else. Ask them how it is going.")
    if step.status != status:
        step.status = status
        step.done_on = today if status == Step.Status.DONE else None
        save_or_refuse(step, "status", "done_on", by=by)
    return step


@transaction.atomic
def edit_step(*, step: Step, text: str, who: str, by: User, who_name: str = "", due_on: date | None = None) -> Step:
    """Change a step. Its words are changed only by the side whose words they are."""
    step = lock_step(step)
    check_may(step.goal, "edit_step")
    own = step.words_of == step.goal.plan.author_of(by) or step.added_by_id == by.pk
    if not own and (text != step.text or step.goal.plan.author_of(by) == Author.PARTICIPANT):
        raise NotYourWords("Those are the other person's words. Add a step of your own instead.")
    sign_in_changes.refuse_unconfirmed(by)
    step.text, step.who, step.who_name, step.due_on = text, who, who_name, due_on
    return save_or_refuse(step, "text", "who", "who_name", "due_on", by=by)


def lock_step(step: Step) -> Step:
    steps = Step.objects.select_for_update(of=("self",)).select_related("goal__plan__participant")
    return steps.get(pk=step.pk)

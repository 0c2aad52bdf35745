"""Each side's answer to a goal: yes, no, or could not answer. All but a yes need a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import as_service
from common.saving import save_or_refuse
from lifeplans.models import Answer, Author, Goal
from lifeplans.services.goals import check_may, lock_goal
from people.access import sign_in_changes
from people.models import SignInChange, User


class AnsweredThemselves(RuleBroken):
    pass


@transaction.atomic
def say(
    *, goal: Goal, answer: str, by: User, today: date, now: datetime, words: str = "", author: Author | None = None
) -> Goal:
    """Answer for one's own side, or write down what the person said face to face. Two yeses make a goal agreed."""
    sign_in_changes.look_again(by)
    goal = lock_goal(goal)
    check_may(goal, "say")
    own = goal.plan.author_of(by)
    author = own if own == Author.PARTICIPANT or author is None else author
    if author == Author.PARTICIPANT and own == Author.PRACTITIONER:
        check_not_overruled(goal)
    goal.set_answer(author, answer, words=words, at=now, by=by)
    settle(goal, today=today)
    return save_or_refuse(goal, by=by)


@transaction.atomic
def agree_goal(*, goal: Goal, by: User, today: date, now: datetime, need: str = "") -> Goal:
    """The practitioner's yes in one press, with the need the goal touches where none was named."""
    goal = lock_goal(goal)
    if need and not goal.need:
        goal.need = need
        save_or_refuse(goal, "need", by=by)
    return say(goal=goal, answer=Answer.AGREE, by=by, today=today, now=now)


def check_not_overruled(goal: Goal) -> None:
    person = goal.plan.participant
    if goal.participant_said and goal.participant_said_by_id == person.user_id:
        raise AnsweredThemselves(f"{person.called} answered this themselves. Only they can change their answer.")


def settle(goal: Goal, *, today: date) -> None:
    """Two yeses and the goal is worked on; anything less, or a yes that waits, and it is still to be agreed."""
    both = goal.participant_said == Answer.AGREE and goal.practitioner_said == Answer.AGREE
    both = both and goal.participant_waits_for_id is None
    goal.status = Goal.Status.AGREED if both else Goal.Status.PROPOSED
    goal.agreed_on = (goal.agreed_on or today) if both else None


@as_service()
def wait_again(change: SignInChange, now: datetime) -> None:
    """What the account said to goals since that change waits for an answer about it."""
    since = {"participant_said_by": change.account, "participant_said_at__gte": change.at}
    found = Goal.objects.select_for_update(of=("self",)).filter(**since, participant_waits_for=None)
    for goal in found.order_by("pk"):
        goal.participant_waits_for = change
        if goal.status in (Goal.Status.PROPOSED, Goal.Status.AGREED):
            settle(goal, today=timezone.localdate(now))
        save_or_refuse(goal, by=change.account)


def settle_what_waited(change: SignInChange, now: datetime) -> None:
    """Let what was said by this way in count: it is the person's. Where it is not, the goal waits for them again."""
    for goal in Goal.objects.select_for_update(of=("self",)).filter(participant_waits_for=change).order_by("pk"):
        if change.state == SignInChange.State.CONFIRMED:
            goal.participant_waits_for = None
        else:
            goal.set_answer(Author.PARTICIPANT, "")
        if goal.status == Goal.Status.PROPOSED:
            settle(goal, today=timezone.localdate(now))
        save_or_refuse(goal, by=change.account)

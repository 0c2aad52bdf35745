"""A question about a request, from whoever may decide it, and its answer."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime

from django.db import transaction

from budgets.deciding import AlreadyDecided, OwnRequest
from budgets.models import Question, SpendRequest
from budgets.telling import tell
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people.access import sign_in_changes
from people.models import User

ANSWERED = "There is an answer to what you asked about your money."
ASKED = "There is a question about something you asked for."


class AnsweredAlready(RuleBroken):
    pass


@transaction.atomic
def ask(*, spend: SpendRequest, text: str, by: User, now: datetime) -> Question:
    """Ask the person, or who asked for them. For a week the request waits for them, not for a manager."""
    spend = _waiting(spend)
    if by.pk in (spend.asked_by_id, spend.started_by_id):
        raise OwnRequest("Someone else has to decide a request you made.")
    made = save_or_refuse(Question(spend=spend, text=text, asked_by=by, asked_at=now), by=by)
    tell(spend.person, ASKED, key=f"question:{made.pk}", now=now)
    return made


@transaction.atomic
def ask_about(*, spend: SpendRequest, text: str, by: User, now: datetime) -> Question:
    """The person asks about something they asked for, at any time. It is on their worker's list."""
    if by.pk != spend.person.user_id:
        raise OwnRequest("Only the person asks here. You can write to them.")
    sign_in_changes.look_again(by)
    sign_in_changes.refuse_unconfirmed(by)
    with acting_as(SYSTEM):  # a question is not theirs to write but for this moment
        return save_or_refuse(Question(spend=spend, text=text, asked_by=by, asked_at=now, from_person=True), by=by)


@transaction.atomic
def answer(*, question: Question, answer: str, by: User, now: datetime) -> Question:
    """Answer it: the person themselves, or a colleague for them, who did not ask it."""
    theirs = by.pk == question.spend.person.user_id
    if theirs:
        sign_in_changes.look_again(by)
        sign_in_changes.refuse_unconfirmed(by)
    if by.pk == question.asked_by_id:
        raise OwnRequest("Someone else answers what you asked.")
    with acting_as(SYSTEM) if theirs else nullcontext():  # a question is not theirs to write but for this moment
        if not question.from_person:
            _waiting(question.spend)
        question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if question.answered_at:
            raise AnsweredAlready("This is answered already. You can read the answer on this page.")
        question.answer, question.answered_by, question.answered_at = answer, by, now
        save_or_refuse(question, "answer", "answered_by", "answered_at", by=by)
    if question.from_person:
        tell(question.spend.person, ANSWERED, key=f"question:{question.pk}:answered", now=now)
    return question


def _waiting(spend: SpendRequest) -> SpendRequest:
    rows = SpendRequest.objects.select_for_update(of=("self",)).select_related("budget__enrolment__participant")
    found: SpendRequest = rows.get(pk=spend.pk)
    if found.state != SpendRequest.State.ASKED:
        said = SpendRequest.State(found.state).label.lower()
        raise AlreadyDecided(f"This request is not waiting for an answer. It says: {said}.")
    return found

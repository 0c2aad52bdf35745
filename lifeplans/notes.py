"""Telling a person that their plan waits for them. Never what is in it: a phone may be shared."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from lifeplans.models import Author, Goal
from people.messaging.message_queue import tell_participant
from people.models import User

STILL_NEWS = timedelta(days=3)


def ask_participant(*, goal: Goal, by: User, today: date, now: datetime) -> None:
    """Ask, at most once a day, for an answer to what the other author wrote. In custody, it is asked face to face."""
    person = goal.plan.participant
    waits = goal.status == Goal.Status.PROPOSED and not goal.said(Author.PARTICIPANT)
    if not waits or person.user_id is None or person.user_id == by.pk or person.is_inside:
        return
    tell_participant(
        participant=person,
        subject="Your plan",
        body=f"Hello {person.called}. Something in your plan is new. Say what you think: {settings.BASE_URL}/me/plan/",
        key=f"plan-{goal.plan_id}-to-answer-{today:%Y-%m-%d}",
        now=now,
        not_after=now + STILL_NEWS,
    )

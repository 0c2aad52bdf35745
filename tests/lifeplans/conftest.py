"""A plan under way: one goal both agreed, one the person put forward, one the practitioner put forward."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lifeplans import services
from lifeplans.models import Answer, Author, Goal, LifePlan, Step
from tests.conftest import NOW, TODAY


@pytest.fixture
def person_user(participant):
    return participant.user


@pytest.fixture
def plan(participant, officer) -> LifePlan:
    return services.start_plan(participant=participant, by=officer, today=TODAY - timedelta(days=30))


@pytest.fixture
def propose(plan, person_user):
    def make(title: str = "I want a place of my own", by=None, **fields) -> Goal:
        fields = {"good": "LIFE", "today": TODAY, "now": NOW, **fields}
        return services.propose_goal(plan=plan, title=title, by=by or person_user, **fields)

    return make


@pytest.fixture
def proposed(propose) -> Goal:
    return propose()


@pytest.fixture
def agree(officer, person_user):
    def yes(goal: Goal) -> Goal:
        services.say(goal=goal, answer=Answer.AGREE, by=person_user, today=TODAY, now=NOW)
        return services.say(
            goal=goal, answer=Answer.AGREE, by=officer, today=TODAY, now=NOW, author=Author.PRACTITIONER
        )

    return yes


@pytest.fixture
def agreed(proposed, agree) -> Goal:
    return agree(proposed)


@pytest.fixture
def step(agreed, person_user) -> Step:
    return services.add_step(goal=agreed, text="Ring the council", who="PARTICIPANT", by=person_user, today=TODAY)


@pytest.fixture
def other_goal(other_participant, other_officer) -> Goal:
    plan = services.start_plan(participant=other_participant, by=other_officer, today=TODAY)
    return services.propose_goal(plan=plan, title="Someone else's", good="PLAY", by=other_officer, today=TODAY, now=NOW)

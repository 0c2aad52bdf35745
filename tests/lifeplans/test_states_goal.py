"""Every act on a goal × every status it can be tried in."""

from __future__ import annotations

import pytest

from lifeplans import services
from lifeplans.models import Answer, Author, Goal
from lifeplans.services import GoalClosed, GoalNotAgreed
from lifeplans.services.goals import ACTS
from tests.conftest import NOW, TODAY
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db

WHEN = {"today": TODAY, "now": NOW}


def closed(then: str) -> dict:
    return {
        status: (GoalClosed, f"This goal is {status.lower()}. {then}") for status in ("ACHIEVED", "DROPPED")
    }  # fmt: skip


PROPOSE = "Propose a new one instead."
ANSWER = "There is nothing to answer now."
WORDS = "Its words stay as they were."
NOT_WORKED_ON = GoalNotAgreed, "Only a goal that you are working on can be paused."
NOT_PAUSED = GoalNotAgreed, "Only a paused goal can be started again."
NOT_AGREED = GoalNotAgreed, "Only a goal that both agreed can be achieved."
KEPT = {"PROPOSED": "PROPOSED", "AGREED": "AGREED", "PAUSED": "PAUSED"}
TABLE = {
    "say": {
        "PROPOSED": "AGREED", "AGREED": "AGREED", "PAUSED": (GoalClosed, f"This goal is paused. {ANSWER}"),
        **closed(ANSWER),
    },
    "edit_goal_words": {
        "PROPOSED": "PROPOSED", "AGREED": "PROPOSED", "PAUSED": (GoalClosed, f"This goal is paused. {WORDS}"),
        **closed(WORDS),
    },
    "link_goal": {"PROPOSED": "PROPOSED", "AGREED": "PROPOSED", "PAUSED": "PAUSED", **closed(PROPOSE)},
    "pause_goal": {
        "PROPOSED": NOT_WORKED_ON, "AGREED": "PAUSED", "PAUSED": NOT_WORKED_ON, "ACHIEVED": NOT_WORKED_ON,
        "DROPPED": NOT_WORKED_ON,
    },
    "resume_goal": {
        "PROPOSED": NOT_PAUSED, "AGREED": NOT_PAUSED, "PAUSED": "AGREED", "ACHIEVED": NOT_PAUSED,
        "DROPPED": NOT_PAUSED,
    },
    "achieve_goal": {
        "PROPOSED": NOT_AGREED, "AGREED": "ACHIEVED", "PAUSED": "ACHIEVED", "ACHIEVED": NOT_AGREED,
        "DROPPED": NOT_AGREED,
    },
    "drop_goal": {"PROPOSED": "DROPPED", "AGREED": "DROPPED", "PAUSED": "DROPPED", **closed(PROPOSE)},
    "add_step": KEPT | closed(PROPOSE),
    "set_step": KEPT | closed(PROPOSE),
    "edit_step": KEPT | closed(PROPOSE),
}  # fmt: skip


@pytest.fixture
def goal_in(proposed, agree, officer, person_user):
    """The person's goal, with a step, in the status asked for."""

    def make(status: str) -> Goal:
        services.add_step(goal=proposed, text="Ring the council", who="PARTICIPANT", by=person_user, today=TODAY)
        if status in ("AGREED", "PAUSED", "ACHIEVED"):
            agree(proposed)
        if status == "PAUSED":
            services.pause_goal(goal=proposed, note="Ill", happened_on=TODAY, by=officer, today=TODAY)
        if status == "ACHIEVED":
            services.achieve_goal(goal=proposed, by=officer, today=TODAY)
        if status == "DROPPED":
            services.drop_goal(goal=proposed, reason="Not now", by=officer, today=TODAY)
        proposed.refresh_from_db()
        assert proposed.status == status
        return proposed

    return make


@pytest.fixture
def acts(officer, person_user):
    """Each act of the table, by whoever may do it."""
    links = {"need": "", "risk_note": "", "gives_back": False, "target_date": None, "requirement": None}
    return {
        "say": lambda goal: services.say(
            goal=goal, answer=Answer.AGREE, by=officer, author=Author.PRACTITIONER, **WHEN
        ),
        "edit_goal_words": lambda goal: services.edit_goal_words(
            goal=goal, title="I want my own door", why="", by=person_user, **WHEN
        ),
        "link_goal": lambda goal: services.link_goal(goal=goal, by=officer, good="PLAY", **links, **WHEN),
        "pause_goal": lambda goal: services.pause_goal(
            goal=goal, note="Ill", happened_on=TODAY, by=officer, today=TODAY
        ),
        "resume_goal": lambda goal: services.resume_goal(goal=goal, by=officer, today=TODAY),
        "achieve_goal": lambda goal: services.achieve_goal(goal=goal, by=officer, today=TODAY),
        "drop_goal": lambda goal: services.drop_goal(goal=goal, reason="Not now", by=officer, today=TODAY),
        "add_step": lambda goal: services.add_step(goal=goal, text="Pack", who="PARTICIPANT", by=officer, today=TODAY),
        "set_step": lambda goal: services.set_step(step=goal.steps.get(), status="DONE", by=officer, today=TODAY),
        "edit_step": lambda goal: services.edit_step(
            step=goal.steps.get(), text="Ring them", who="PARTICIPANT", by=person_user
        ),
    }


@cells(TABLE)
def test_each_act_on_a_goal_goes_as_the_table_says(act, state, expected, goal_in, acts):
    goal = goal_in(state)

    found = outcome_of(lambda: acts[act](goal), lambda: Goal.objects.get(pk=goal.pk).status, expected)

    assert found == expected


def test_the_table_has_every_act_and_every_status():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(Goal.Status.values) for row in TABLE.values())

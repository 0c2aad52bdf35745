"""Every act on a request for money × every state it can be tried in."""

from __future__ import annotations

import pytest

from budgets import ending, services
from budgets.commands import new_key
from budgets.deciding import ACTS, AlreadyDecided
from budgets.models import SpendRequest
from tests.conftest import NOW
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db

SENT_ALREADY = AlreadyDecided, "You have sent this already. You can see it on the money page."
WORDS = {"DRAFT": "being written", "APPROVED": "approved", "REFUSED": "refused", "WITHDRAWN": "taken back"}
WORDS["LAPSED"] = "ended without an answer"
NOT_WAITING = {
    state: (AlreadyDecided, f"This request is not waiting for an answer. It says: {words}.")
    for state, words in WORDS.items()
}
TABLE = {
    "ask": {"DRAFT": "ASKED", **{state: SENT_ALREADY for state in SpendRequest.State if state != "DRAFT"}},
    "withdraw": NOT_WAITING | {"ASKED": "WITHDRAWN"},
    "approve_request": NOT_WAITING | {"ASKED": "APPROVED"},
    "refuse_request": NOT_WAITING | {"ASKED": "REFUSED"},
}


@pytest.fixture
def acts(participant, manager):
    about = {"what": "A deposit", "amount": 100_00, "purpose": "HOME", "for_whom": "ME", "why": "To stay."}
    answer = {"by": manager, "now": NOW, "reason": "It fits the plan."}
    return {
        "ask": lambda spend: services.ask(spend=spend, by=participant.user, now=NOW, **about, key=new_key()),
        "withdraw": lambda spend: services.withdraw(spend=spend, by=participant.user, now=NOW, key=new_key()),
        "approve_request": lambda spend: services.approve_request(spend=spend, **answer, key=new_key()),
        "refuse_request": lambda spend: services.refuse_request(spend=spend, **answer, key=new_key()),
    }


WAY_TO = {
    "DRAFT": [],
    "ASKED": ["ask"],
    "APPROVED": ["ask", "approve_request"],
    "REFUSED": ["ask", "refuse_request"],
    "WITHDRAWN": ["ask", "withdraw"],
    "LAPSED": ["ask", "lapse"],
}


@pytest.fixture
def spend_in(budget, goal, participant, acts, manager):
    def make(state: str) -> SpendRequest:
        spend = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
        for act in WAY_TO[state]:
            {**acts, "lapse": lambda spend: ending.follow_enrolment(spend.budget.enrolment, manager, NOW)}[act](spend)
        spend.refresh_from_db()
        assert spend.state == state
        return spend

    return make


@cells(TABLE)
def test_each_act_on_a_request_goes_as_the_table_says(act, state, expected, spend_in, acts):
    spend = spend_in(state)

    found = outcome_of(lambda: acts[act](spend), lambda: SpendRequest.objects.get(pk=spend.pk).state, expected)

    assert found == expected


def test_the_table_has_every_act_and_every_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(SpendRequest.State.values) for row in TABLE.values())

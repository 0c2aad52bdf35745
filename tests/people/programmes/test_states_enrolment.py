"""Every act on an enrolment × every state it can be tried in."""

from __future__ import annotations

import pytest

from people.models import Enrolment
from people.programmes import enrolment
from people.programmes.enrolment import ACTS, AlreadyEnrolled, NotEnrolled, NothingToOverride
from tests.conftest import NOW, TODAY
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db

WHEN = {"today": TODAY, "now": NOW}
ON_IT = AlreadyEnrolled, "Jordan Ashworth is on Enabling fund already."
NO_REFUSAL = NothingToOverride, "There is no refusal to override here."
NOT_ON_IT = NotEnrolled, "This person is not on the programme now."
TABLE = {
    "enrol": {"NOT_ELIGIBLE": "ENDED", "ENROLLED": ON_IT, "ENDED": "ENDED"},
    "override": {"NOT_ELIGIBLE": "ENROLLED", "ENROLLED": NO_REFUSAL, "ENDED": NO_REFUSAL},
    "end_enrolment": {"NOT_ELIGIBLE": NOT_ON_IT, "ENROLLED": "ENDED", "ENDED": NOT_ON_IT},
}


@pytest.fixture
def enrolment_in(make_programme, participant, officer):
    """An enrolment on a programme whose rules say what the state asked for needs."""

    def make(state: str) -> Enrolment:
        oldest = 18 if state == "NOT_ELIGIBLE" else 99
        programme = make_programme(AGE={"youngest": 18, "oldest": oldest})
        row = enrolment.enrol(participant=participant, programme=programme, by=officer, **WHEN)
        if state == "ENDED":
            enrolment.end_enrolment(enrolment=row, reason="Moved", by=officer, **WHEN)
        row.refresh_from_db()
        assert row.state == state
        return row

    return make


@pytest.fixture
def acts(officer, manager):
    return {
        "enrol": lambda row: enrolment.enrol(participant=row.participant, programme=row.programme, by=officer, **WHEN),
        "override": lambda row: enrolment.override(enrolment=row, by=manager, reason="It fits", **WHEN),
        "end_enrolment": lambda row: enrolment.end_enrolment(enrolment=row, reason="Moved", by=officer, **WHEN),
    }


@cells(TABLE)
def test_each_act_on_an_enrolment_goes_as_the_table_says(act, state, expected, enrolment_in, acts):
    row = enrolment_in(state)

    found = outcome_of(lambda: acts[act](row), lambda: Enrolment.objects.get(pk=row.pk).state, expected)

    assert found == expected


@pytest.mark.parametrize(("state", "rows"), [("NOT_ELIGIBLE", 2), ("ENROLLED", 1), ("ENDED", 2)])
def test_asking_again_makes_a_new_answer_unless_the_person_is_on_it(state, rows, enrolment_in, acts, participant):
    row = enrolment_in(state)

    outcome_of(lambda: acts["enrol"](row), lambda: Enrolment.objects.get(pk=row.pk).state, "")

    assert participant.enrolments.count() == rows


def test_the_table_has_every_act_and_every_state():
    assert set(TABLE) == set(ACTS)
    assert all(set(row) == set(Enrolment.State.values) for row in TABLE.values())

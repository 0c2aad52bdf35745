"""Every act on a meeting × every stage it can be tried in."""

from __future__ import annotations

import pytest

from engagement import services
from engagement.models import Appointment, Outcome, Stage
from engagement.models.appointments import NOT_HELD
from engagement.services import ACTS, AlreadyRecorded, NotDecided, TooEarly, TooLate
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import DAY, HOUR
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db

HAS_OUTCOME = AlreadyRecorded, "This meeting already has an outcome, so it cannot be moved. Arrange a new one."
WAS_MOVED = AlreadyRecorded, "This meeting was rescheduled. Record the outcome of the new one."
NOT_BEGUN = TooEarly, "This meeting has not begun. Record how it went once it has."
STARTED = TooLate, "This meeting has already started or been moved. Call the person you were going to meet."
NOT_DECIDED = NotDecided, "Record how the meeting went, and decide what follows. Then say that it is done."
RECORD = {"TO_COME": NOT_BEGUN, "BEGUN": "RECORDED", "RECORDED": "RECORDED", "MOVED": WAS_MOVED}
TABLE = {
    "reschedule": {"TO_COME": "MOVED", "BEGUN": "MOVED", "RECORDED": HAS_OUTCOME, "MOVED": HAS_OUTCOME},
    "call_off": {"TO_COME": "MOVED", "BEGUN": "MOVED", "RECORDED": HAS_OUTCOME, "MOVED": HAS_OUTCOME},
    "strike_meeting": {"TO_COME": "MOVED", "BEGUN": "MOVED", "RECORDED": HAS_OUTCOME, "MOVED": HAS_OUTCOME},
    "say_cannot_come": {"TO_COME": "TO_COME", "BEGUN": STARTED, "RECORDED": STARTED, "MOVED": STARTED},
    "enforce": {"TO_COME": NOT_DECIDED, "BEGUN": NOT_DECIDED, "RECORDED": "RECORDED", "MOVED": NOT_DECIDED},
    **{outcome: RECORD for outcome in Outcome.values if outcome not in NOT_HELD},
}


@pytest.fixture
def meeting_in(meet, officer):
    """A meeting in the stage asked for: to come tomorrow, begun this minute, recorded, or moved before its time."""

    def make(stage: str) -> Appointment:
        ahead = stage in ("TO_COME", "MOVED")
        meeting = meet(-DAY if ahead else 0 * DAY, "COMPLIED" if stage == "RECORDED" else "")
        if stage == "MOVED":
            services.call_off(appointment=meeting, asked_by="SERVICE", why="Rain", by=officer, now=NOW)
        meeting.refresh_from_db()
        assert meeting.stage(NOW) == stage
        return meeting

    return make


def do(act: str, meeting: Appointment, officer) -> None:
    if act == "reschedule":
        services.reschedule(
            appointment=meeting, starts_at=NOW + 3 * DAY, ends_at=NOW + 3 * DAY + HOUR, asked_by="PERSON",
            why="Work", by=officer, now=NOW,
        )  # fmt: skip
    elif act == "call_off":
        services.call_off(appointment=meeting, asked_by="SERVICE", why="Rain", by=officer, now=NOW)
    elif act == "strike_meeting":
        services.strike_meeting(appointment=meeting, why="Wrong week", by=officer, now=NOW)
    elif act == "enforce":
        if meeting.outcome == "COMPLIED":
            decided = {"outcome": "UNACCEPTABLE_ABSENCE", "enforcement": "LETTER", "by": officer, "now": NOW}
            meeting = services.record_outcome(appointment=meeting, **decided)
        services.enforce(appointment=meeting, by=officer, today=TODAY, now=NOW)
    elif act == "say_cannot_come":
        services.say_cannot_come(appointment=meeting, why="The bus", now=NOW, by=officer)
    else:
        outcome = act
        reason = {"absence_reason": "WORK"} if outcome == "ACCEPTABLE_ABSENCE" else {}
        services.record_outcome(appointment=meeting, outcome=outcome, by=officer, now=NOW, **reason)


@cells(TABLE)
def test_each_act_on_a_meeting_goes_as_the_table_says(act, state, expected, meeting_in, officer):
    meeting = meeting_in(state)

    found = outcome_of(
        lambda: do(act, meeting, officer), lambda: Appointment.objects.get(pk=meeting.pk).stage(NOW), expected
    )

    assert found == expected


def test_a_moved_meeting_stays_moved_once_its_first_time_has_passed(meeting_in, officer):
    meeting = meeting_in("MOVED")

    with pytest.raises(AlreadyRecorded):
        services.record_outcome(appointment=meeting, outcome="COMPLIED", by=officer, now=NOW + 2 * DAY)


def test_the_table_has_every_act_and_every_stage():
    assert set(TABLE) - set(Outcome.values) == set(ACTS) - {"record_outcome"}
    assert all(set(row) == set(Stage.values) for row in TABLE.values())

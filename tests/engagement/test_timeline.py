"""What happened with one person: meetings and contacts in one order, and what may be done about each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engagement import services, timeline
from tests.conftest import NOW, TODAY
from tests.engagement.conftest import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(participant, officer):
    def page(viewer=officer) -> list[timeline.Moment]:
        found = timeline.page(participant=participant, viewer=viewer, now=NOW, number="")
        return list(found.object_list)

    return page


def test_what_was_called_off_ahead_of_its_day_stands_where_it_was_called_off(shown, meet, touch, officer):
    off = meet(-20 * DAY)
    services.call_off(appointment=off, asked_by="PERSON", why="Away", by=officer, now=NOW - 3 * DAY)
    touch(2 * DAY)
    meet(5 * DAY, "COMPLIED")

    assert [moment.meeting == off for moment in shown()] == [False, True, False]


def test_an_outcome_is_changed_where_it_is_read_by_who_may_meet(shown, meet, officer, commissioner):
    meet(DAY, "COMPLIED")
    services.strike_meeting(appointment=meet(-DAY), why="Twice", by=officer, now=NOW)

    links = {moment.meeting.outcome: [words for words, _ in moment.links] for moment in shown()}
    assert links == {"COMPLIED": ["Change"], "MISTAKE": []}
    assert not any(moment.links for moment in shown(commissioner))


@pytest.mark.parametrize(
    ("decided", "done", "says"),
    [
        ("", False, ""), ("NONE", False, "Decided: no further action."),
        ("LETTER", False, "Decided: send a letter. Not done yet."),
        ("LETTER", True, "Decided: send a letter. Done 1 June 2026, said Olive Officer."),
    ],
)  # fmt: skip
def test_it_says_what_was_decided_after_a_failure_and_whether_it_is_done(decided, done, says, shown, meet, officer):
    meeting = meet(DAY, "UNACCEPTABLE_ABSENCE", enforcement=decided)
    if done:
        services.enforce(appointment=meeting, by=officer, today=TODAY, now=NOW + timedelta(hours=1))
    assert shown()[0].text == says

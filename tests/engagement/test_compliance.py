"""Twelve months of meetings, and what they ask a practitioner to consider."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from common.days import midnight
from engagement import compliance
from engagement.compliance import Compliance
from tests.conftest import NOW, TODAY

DAY = timedelta(days=1)
NOTHING = Compliance(
    total=0,
    complied=0,
    acceptable=0,
    without_outcome=0,
    waiting=0,
    failures=0,
    letters=0,
    moved_for_person=0,
    moved_for_us=0,
    breaches=0,
)


def tickets(**counts: int) -> list[tuple[str, str]]:
    return [(ticket.tone, ticket.title) for ticket in compliance.tickets(Compliance(**{**vars(NOTHING), **counts}))]


@pytest.mark.parametrize(
    ("failures", "breaches", "shown"),
    [
        (0, 0, []),
        (0, 1, [("info", "Breach or recall was started before")]),
        (0, 2, [("info", "Breach or recall was started before")]),
        (1, 0, [("warning", "1 failure in 12 months")]),
        (1, 1, [("error", "1 failure in 12 months, after an earlier breach")]),
        (1, 2, [("error", "1 failure in 12 months, after an earlier breach")]),
        (2, 0, [("error", "2 failures in 12 months")]),
        (2, 1, [("error", "2 failures in 12 months")]),
        (3, 2, [("error", "3 failures in 12 months")]),
    ],
)
def test_every_cell_of_failures_and_breaches_says_the_right_thing(failures, breaches, shown):
    assert tickets(failures=failures, breaches=breaches) == shown


@pytest.mark.parametrize(
    ("waiting", "shown"),
    [(0, []), (1, ["1 meeting waits for evidence"]), (2, ["2 meetings wait for evidence"])],
)
def test_waiting_for_evidence_is_said_for_none_one_and_two(waiting, shown):
    assert [title for _, title in tickets(waiting=waiting)] == shown


@pytest.mark.parametrize(("acceptable", "number"), [(0, 0), (1, 0), (2, 1)])
def test_more_than_one_acceptable_absence_is_worth_a_question(acceptable, number):
    assert len(tickets(acceptable=acceptable)) == number


@pytest.mark.parametrize(("days_ago", "counts"), [(0, 1), (364, 1), (365, 0)])
def test_failures_drop_out_after_twelve_months(participant, meet, days_ago, counts):
    meet(days_ago * DAY, "UNACCEPTABLE_ABSENCE")

    assert compliance.counted(participant=participant, today=TODAY).failures == counts


@pytest.mark.parametrize(
    ("first", "after", "counts"),
    [
        (date(2025, 6, 2), timedelta(0), 1),
        (date(2025, 6, 2), -timedelta(seconds=1), 0),
        (date(2026, 6, 2), -timedelta(seconds=1), 1),
        (date(2026, 6, 2), timedelta(0), 0),
    ],
)
def test_the_twelve_months_run_from_one_midnight_to_another(participant, meet, first, after, counts):
    meet(NOW - midnight(first) - after)

    assert compliance.counted(participant=participant, today=TODAY).total == counts


def test_the_year_before_29_february_is_28_february():
    assert compliance.year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_each_outcome_is_counted_where_it_belongs(participant, officer, meet):
    from engagement import services

    meet(9 * DAY, "COMPLIED")
    meet(8 * DAY, "ACCEPTABLE_ABSENCE", absence_reason="WORK")
    meet(7 * DAY, "DID_NOT_COMPLY", enforcement="LETTER")
    meet(6 * DAY, "SENT_HOME_BEHAVIOUR", enforcement="BREACH")
    meet(5 * DAY, "UNACCEPTABLE_ABSENCE")
    meet(4 * DAY, "FAILED_TO_ATTEND")
    meet(3 * DAY, "SENT_HOME_SERVICE")
    services.reschedule(
        appointment=meet(2 * DAY),
        starts_at=meet(1 * DAY).starts_at + DAY / 2,
        ends_at=meet(1 * DAY + DAY / 4).ends_at + DAY,
        asked_by="PERSON",
        why="Work",
        by=officer,
        now=meet(1 * DAY + DAY / 3).starts_at,
    )

    counted = compliance.counted(participant=participant, today=TODAY)

    assert (counted.complied, counted.acceptable, counted.failures, counted.waiting) == (1, 1, 3, 1)
    assert (counted.letters, counted.breaches, counted.moved_for_person, counted.moved_for_us) == (1, 1, 1, 0)
    assert counted.without_outcome == 4


def test_a_second_failure_says_whether_a_breach_was_started_before():
    def text(breaches: int) -> str:
        return compliance.tickets(Compliance(**{**vars(NOTHING), "failures": 2, "breaches": breaches}))[0].text

    assert text(0) == "Consider breach or recall. No breach or recall was started before."
    assert text(1) == "Consider breach or recall. Breach or recall was started before."


def test_the_year_before_an_ordinary_day_is_that_day():
    assert compliance.year_before(date(2026, 6, 1)) == date(2025, 6, 1)
    assert compliance.year_before(date(2028, 2, 28)) == date(2027, 2, 28)


def test_a_breach_counts_for_ever_and_a_meeting_to_come_does_not_count_yet(participant, meet):
    meet(400 * DAY, "UNACCEPTABLE_ABSENCE", enforcement="BREACH")
    meet(-1 * DAY)

    counted = compliance.counted(participant=participant, today=TODAY)

    assert counted == Compliance(**{**vars(NOTHING), "breaches": 1})


def test_a_meeting_today_counts_and_one_that_was_moved_is_not_in_the_total(participant, officer, meet):
    from engagement import services

    meet(0 * DAY, "COMPLIED")
    old = meet(-1 * DAY)
    services.reschedule(
        appointment=old, starts_at=old.starts_at - DAY / 2, ends_at=old.ends_at - DAY / 2, asked_by="SERVICE",
        why="Fire", by=officer, now=old.starts_at - DAY,
    )  # fmt: skip

    counted = compliance.counted(participant=participant, today=TODAY + DAY)

    assert (counted.total, counted.complied, counted.without_outcome) == (2, 1, 1)
    assert (counted.moved_for_us, counted.moved_for_person) == (1, 0)


def test_another_persons_meetings_do_not_count(participant, other_participant, other_officer, meet):
    meet(3 * DAY, "COMPLIED", person=other_participant, by=other_officer)

    assert compliance.counted(participant=participant, today=TODAY) == NOTHING

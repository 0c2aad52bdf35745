"""The practitioner's list: what waits, for whom, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import RuleBroken
from engagement import alerts, services, work_items
from engagement.models import Appointment
from people import services as people
from people.models import Sentence
from people.record import custody
from tests.conftest import NOW, TODAY
from tests.worklists import waiting

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


# The person of these tests was released 29 days ago, has not been met since, and has no meeting to come.
AS_EVER = ("Released", "No next meeting")


def items(user, days: int = 0, but: tuple[str, ...] = AS_EVER) -> list:
    found = waiting(work_items, user, today=TODAY + days * DAY, now=NOW + days * DAY)
    return [item for item in found if item.kind not in but]


def said(user, days: int = 0, but: tuple[str, ...] = AS_EVER) -> list[tuple[int, str, str]]:
    return [(item.urgency, item.kind, item.reason) for item in items(user, days, but)]


def test_nothing_waits_for_someone_new_to_the_case(officer, participant):
    assert items(officer) == []


def test_an_alert_waits_for_the_one_who_leads_the_case(officer, other_officer, manager, participant, touch):
    touch(60 * DAY)
    alerts.sweep(today=TODAY, now=NOW, by=officer)

    [(urgency, kind, reason)] = said(officer)
    assert (urgency, kind) == (20, "Alert")
    assert reason == "Released on 3 May 2026. No contact in the 29 days since."
    assert said(other_officer) == said(manager) == []


def test_an_alert_that_ran_late_waits_for_the_manager_too(officer, manager, other_officer, participant, touch):
    touch(60 * DAY)
    alerts.sweep(today=TODAY, now=NOW, by=officer)
    alerts.sweep(today=TODAY + 3 * DAY, now=NOW + 3 * DAY, by=officer)

    [(_, kind, reason)] = said(manager, days=3)
    assert kind == "Alert"
    assert reason.startswith("Olive Officer has not closed this in time.")
    assert len(said(officer, days=3)) == 1
    assert said(other_officer, days=3) == []


def test_an_alert_says_when_they_have_been_in_touch_since(officer, participant, touch):
    touch(60 * DAY)
    alerts.sweep(today=TODAY, now=NOW - HOUR, by=officer)
    touch(HOUR / 2)

    assert said(officer)[0][2].startswith("In touch again since this alert: ")


def test_an_outcome_to_record_grows_urgent_after_two_days(officer, participant, meet):
    meet(2 * HOUR)

    assert said(officer) == [(40, "Record outcome", "Office visit on Mon 1 June at 10am has no outcome yet.")]
    assert said(officer, days=2)[0][0] == 40
    assert said(officer, days=3)[0][0] == 30


def test_a_colleagues_meeting_with_my_person_waits_for_us_both(officer, manager, participant, meet):
    meet(2 * HOUR, by=manager)

    assert said(officer)[0][2] == "Office visit with Mona Manager on Mon 1 June at 10am has no outcome yet."
    assert said(manager)[0][2] == "Office visit on Mon 1 June at 10am has no outcome yet."


def test_evidence_that_never_came_asks_for_a_decision(officer, participant, meet):
    meet(5 * DAY, "FAILED_TO_ATTEND")

    assert "The last day for evidence has passed: decide." in said(officer)[0][2]


def test_cannot_come_is_on_the_list_with_its_reason(officer, participant, meet):
    services.say_cannot_come(appointment=meet(-DAY), why="My son is ill", now=NOW, by=participant.user)

    assert (30, "Cannot come", "Cannot come on Tue 2 June at midday: My son is ill") in said(officer)


def test_someone_nobody_can_write_to_must_be_told(officer, participant, meet):
    participant.phone = participant.email = ""
    participant.save()
    meet(-DAY)

    reason = "Has a meeting on Tue 2 June at midday, but no phone or e-mail. Tell them."
    assert said(officer) == [(40, "Remind", reason)]


def test_a_release_within_two_weeks_asks_for_a_first_meeting(officer, participant, meet):
    sentence = Sentence.objects.get(participant=participant)
    for days, words in ((1, "Released tomorrow"), (14, "Released in 14 days")):
        sentence.release_on = TODAY + days * DAY
        sentence.save()
        assert said(officer) == [(50, "Release", f"{words} and no first meeting outside is arranged for that week.")]

    sentence.release_on = TODAY + 15 * DAY
    sentence.save()
    assert said(officer) == []
    sentence.release_on = TODAY + 3 * DAY
    sentence.save()
    meet(-3 * DAY)
    assert said(officer) == []


@pytest.mark.parametrize(
    ("days", "kind", "counts"),
    [(3, "OFFICE", True), (9, "OFFICE", True), (10, "OFFICE", False), (3, "CUSTODY", False), (2, "OFFICE", False)],
)
def test_only_a_meeting_outside_in_the_week_after_it_makes_a_release_safe(
    days, kind, counts, officer, participant, meet
):
    Sentence.objects.update(release_on=TODAY + 3 * DAY)
    meet(-days * DAY)
    Appointment.objects.update(kind=kind)
    assert ("Release" in [kind for _, kind, _ in said(officer, but=())]) != counts


def test_whoever_was_released_is_the_most_urgent_line_from_that_day_until_somebody_meets_them(
    officer, other_officer, participant, touch
):
    sentence = Sentence.objects.get(participant=participant)
    for days, words in ((0, "Released today"), (1, "Released yesterday"), (6, "Released 6 days ago")):
        sentence.release_on = TODAY - days * DAY
        sentence.save()
        reason = f"{words}, and nobody has met or spoken with them since."
        assert said(officer, but=("No next meeting",)) == [(10, "Released", reason)]
        assert said(other_officer, but=()) == []

    touch(3 * DAY, meaningful=False)
    assert len(said(officer, but=("No next meeting",))) == 1
    touch(2 * DAY)
    assert said(officer, but=("No next meeting",)) == []


def test_a_release_from_a_recall_counts_and_one_still_inside_is_not_out(officer, participant):
    who = {"participant": participant, "by": officer, "now": NOW}
    custody.record(kind="RECALLED", happened_on=TODAY - 9 * DAY, today=TODAY - 9 * DAY, **who)
    assert said(officer, but=()) == []
    custody.record(kind="RELEASED", happened_on=TODAY - DAY, today=TODAY, **who)
    assert [kind for _, kind, _ in said(officer, but=())] == ["Released", "No next meeting"]


def test_who_comes_new_to_a_practitioner_is_on_their_list_until_they_are_seen(officer, manager, participant, touch):
    touch(2 * DAY)
    people.assign(participant=participant, practitioner=manager, by=manager, today=TODAY, now=NOW)
    new = [(40, "New", "Came to you 1 June, and nobody has met or spoken with them since.")]

    assert [line for line in said(manager) if line[1] == "New"] == new
    assert said(officer) == []
    touch(HOUR)
    assert [line for line in said(manager) if line[1] == "New"] == []


def test_the_queries_stay_the_same_for_ten_and_a_hundred(officer, crowd):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert items(officer)
        return len(queries)

    crowd(0, 10)
    few = count()
    crowd(10, 100)

    assert count() == few <= 8


def test_what_opens_in_the_row_is_the_acting_part_of_its_own_page(officer, participant, meet, touch, client_as):
    meet(HOUR), touch(60 * DAY)
    alerts.sweep(today=TODAY, now=NOW, by=officer)
    client = client_as(officer)

    found = [item for item in items(officer) if item.opens]
    assert {item.kind for item in found} == {"Alert", "Record outcome"}
    for item in found:
        page = client.get(str(item.url), {"next": "/?kind=Alert"}).text
        assert "data-act" in page
        assert 'name="next" value="/?kind=Alert"' in page


def test_without_a_next_meeting_is_a_line_until_one_is_arranged_or_they_are_away(officer, participant, meet, touch):
    touch(20 * DAY)
    line = (50, "No next meeting", "No meeting is arranged. Last in touch 12 May 2026.")
    assert said(officer, but=()) == [line]
    assert [item.due for item in items(officer, but=())] == [TODAY - 6 * DAY]

    services.plan_absence(
        participant=participant, starts_on=TODAY, ends_on=TODAY, reason="HOLIDAY", by=officer, now=NOW
    )
    assert said(officer, but=()) == []
    assert said(officer, days=1, but=()) == [line]
    meet(-3 * DAY)
    assert said(officer, days=1, but=()) == []


def test_a_failure_waits_for_a_decision_and_the_decision_for_someone_to_do_it(officer, participant, meet):
    meeting = meet(4 * DAY, "UNACCEPTABLE_ABSENCE")
    [decide] = items(officer)
    assert (decide.kind, decide.urgency, decide.due) == ("Decision", 40, TODAY)

    assert items(officer, days=1)[0].urgency == 30
    services.record_outcome(
        appointment=meeting, outcome="UNACCEPTABLE_ABSENCE", enforcement="LETTER", by=officer, now=NOW
    )
    [letter] = items(officer)
    assert (letter.kind, letter.due) == ("Letter", TODAY + 2 * DAY)

    services.enforce(appointment=meeting, by=officer, today=TODAY, now=NOW)
    assert items(officer) == []
    with pytest.raises(RuleBroken, match="said already"):
        services.enforce(appointment=meeting, by=officer, today=TODAY, now=NOW)


def test_another_decision_is_to_be_done_anew(officer, participant, meet):
    meeting = meet(4 * DAY, "UNACCEPTABLE_ABSENCE", enforcement="LETTER")
    services.enforce(appointment=meeting, by=officer, today=TODAY, now=NOW)
    again = {"appointment": meeting, "outcome": "UNACCEPTABLE_ABSENCE", "by": officer, "now": NOW}

    services.record_outcome(enforcement="LETTER", **again)
    assert items(officer) == []
    services.record_outcome(enforcement="BREACH", **again)
    assert [item.kind for item in items(officer)] == ["Breach"]
    services.record_outcome(enforcement="NONE", **again)
    assert items(officer) == []
    with pytest.raises(RuleBroken, match="decide what follows"):
        services.enforce(appointment=meeting, by=officer, today=TODAY, now=NOW)


def test_a_second_failure_asks_about_breach_until_it_is_decided(officer, participant, meet):
    meet(40 * DAY, "UNACCEPTABLE_ABSENCE", enforcement="NONE")
    second = meet(3 * DAY, "DID_NOT_COMPLY")

    [line] = said(officer)
    assert line[:2] == (20, "Second failure")
    assert "2 failures in 12 months: consider breach or recall." in line[2]
    services.record_outcome(appointment=second, outcome="DID_NOT_COMPLY", enforcement="NONE", by=officer, now=NOW)
    assert said(officer) == []

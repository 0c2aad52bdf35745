"""The team's work on one page: each figure counts what it says, of the manager's own team alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from engagement.models import Alert, Appointment
from people.models import AccessEvent, Assignment, Participant, Prison
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


def row(client, name: str) -> dict[str, str]:
    """One line of the page, by the heads of its columns."""
    table = BeautifulSoup(client.get("/team/").content.decode(), "html.parser").table
    heads = [cell.text.strip() for cell in table.thead.find_all("th")]
    line = next(line for line in table.find_all("tr")[1:] if name in line.th.text)
    return dict(zip(heads, [" ".join(cell.text.split()) for cell in line.find_all(["th", "td"])], strict=True))


def meeting(person, user, days_ago: int, **fields) -> Appointment:
    start = NOW - days_ago * DAY
    return Appointment.objects.create(
        participant=person, with_user=user, kind="OFFICE", starts_at=start, ends_at=start + HOUR, arranged_by=user,
        arranged_at=start, **fields,
    )  # fmt: skip


def alert(person, due_on) -> Alert:
    return Alert.objects.create(
        participant=person, raised_at=NOW, kinds=["DRIFT"], facts=["x"], reasons=["x"], due_on=due_on, next_step="Call"
    )


@pytest.fixture
def carried(make_participant, officer):
    prison = Prison.objects.create(code="PNI", name="Preston (HMP)")
    make = lambda n, **fields: make_participant("P", f"Row{n}", f"X10050{n}", officer, **fields)  # noqa: E731
    return [
        make(1, risk_band="LOW"),
        make(2, risk_band="HIGH", prison=prison, whereabouts="PRISON", prison_number="A1234BC"),
        make(3, risk_band="VERY_HIGH"),
    ]  # fmt: skip


def test_people_are_counted_by_risk_in_custody_and_new(carried, manager, client_as):
    Assignment.objects.filter(participant=carried[0]).update(starts_on=TODAY - 27 * DAY)
    Assignment.objects.filter(participant=carried[1]).update(starts_on=TODAY - 28 * DAY)

    line = row(client_as(manager), "Olive Officer")

    assert {name: line[name] for name in line if name not in ("Practitioner", "Hand over")} == {
        "People led": "3", "Very high risk": "1", "High risk": "1", "Medium risk": "0", "Low risk": "1",
        "In custody": "1", "New in 28 days": "1", "Alerts open": "0", "Two failures or more": "0",
        "Outcomes to record": "0", "Overdue": "0",
    }  # fmt: skip


def test_whoever_failed_twice_within_the_year_is_counted_and_marked_on_the_list(carried, officer, manager, client_as):
    one, two, three = carried
    failed = {"outcome": "UNACCEPTABLE_ABSENCE", "recorded_by": officer, "recorded_at": NOW}
    for person, days in ((one, 10), (one, 20), (two, 10), (three, 10), (three, 366)):
        meeting(person, officer, days, **failed)

    assert row(client_as(manager), "Olive Officer")["Two failures or more"] == "1"
    page = client_as(officer).get(reverse("people:participant-list"), {"attention": "failures"}).content.decode()
    assert page.count("2 failures") == 1
    assert all(f"Row{number}" in page for number in (1, 2, 3))


def test_alerts_and_outcomes_are_counted_and_what_is_late_of_both(carried, officer, manager, client_as):
    one, two, three = carried
    alert(one, TODAY - DAY), alert(two, TODAY)
    meeting(one, officer, 1), meeting(two, officer, 3), meeting(three, officer, -1)

    line = row(client_as(manager), "Olive Officer")

    assert [line[name] for name in ("Alerts open", "Outcomes to record", "Overdue")] == ["2", "2", "2"]


def test_a_closed_alert_and_a_recorded_outcome_count_no_more(carried, officer, manager, client_as):
    Alert.objects.filter(pk=alert(carried[0], TODAY).pk).update(
        closed_at=NOW, closed_by=officer, outcome="BACK_IN_TOUCH", note="Rang."
    )
    meeting(carried[0], officer, 1, outcome="COMPLIED", recorded_by=officer, recorded_at=NOW)

    line = row(client_as(manager), "Olive Officer")

    assert [line[name] for name in ("Alerts open", "Outcomes to record", "Overdue")] == ["0", "0", "0"]


def test_whoever_has_left_is_not_counted_nor_is_an_assignment_that_ended(carried, manager, client_as):
    Participant.objects.filter(pk=carried[0].pk).update(left_on=TODAY)
    Assignment.objects.filter(participant=carried[1]).update(ends_on=TODAY - DAY)

    assert row(client_as(manager), "Olive Officer")["People led"] == "1"


def test_the_last_line_is_the_sum(carried, manager, make_user, team, make_participant, client_as):
    make_participant("Q", "Row", "X200601", make_user("Carl Colleague", "PRACTITIONER", team))

    line = row(client_as(manager), "The team")

    assert (line["People led"], line["Medium risk"]) == ("4", "1")


def test_another_team_is_not_on_it(carried, other_participant, manager, client_as):
    assert "Stan Stranger" not in client_as(manager).get("/team/").content.decode()


def test_the_page_names_no_participant_and_notes_no_look(carried, manager, client_as):
    page = client_as(manager).get("/team/").content.decode()

    assert not any(words in page for person in carried for words in (person.family_name, person.crn))
    assert not AccessEvent.objects.exists()


def test_each_name_leads_to_that_practitioners_list(
    carried, make_user, team, make_participant, manager, officer, client_as
):
    make_participant("Quentin", "Quill", "X200601", make_user("Carl Colleague", "PRACTITIONER", team))
    client = client_as(manager)
    link = BeautifulSoup(client.get("/team/").content.decode(), "html.parser").find("a", string="Olive Officer")["href"]

    page = client.get(link).content.decode()

    assert link == f"/people/?whose={officer.pk}"
    assert "Row1" in page
    assert "Quill" not in page


def test_only_a_manager_asks_for_a_colleagues_list(carried, make_user, team, client_as, officer):
    colleague = make_user("Carl Colleague", "PRACTITIONER", team)

    page = client_as(colleague).get(reverse("people:participant-list"), {"whose": officer.pk}).content.decode()

    assert "People Olive Officer leads" not in page


@pytest.mark.usefixtures("other_participant")
def test_a_list_asked_for_of_someone_in_another_team_is_no_list_of_theirs(other_officer, manager, client_as):
    page = client_as(manager).get(reverse("people:participant-list"), {"whose": other_officer.pk}).content.decode()

    assert "Elsewhere" not in page
    assert "Stan Stranger" not in page


def test_thirty_practitioners_take_two_pages_and_no_more_questions_than_two(
    carried, make_user, team, manager, client_as, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_as(manager)
    client.get("/team/")
    with CaptureQueriesContext(connection) as two:
        client.get("/team/")
    for n in range(30):
        make_user(f"Worker {n:02}", "PRACTITIONER", team)
    with CaptureQueriesContext(connection) as thirty:
        page = client.get("/team/").content.decode()

    assert len(thirty) == len(two) <= 22
    assert page.count("Worker ") == 23
    assert "page=2" in page

"""Who is in the list, in what order, and what it costs."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people import services
from people.caseload.listing import listed
from people.models import AccessEvent, AccessGrant, Participant, Sentence
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)
LIST, EXPORT = "people:participant-list", "people:participant-export"


def names(user, **asked: str) -> list[str]:
    return [person.given_name for person in listed(user=user, asked=asked, today=TODAY)]


@pytest.fixture
def colleague(make_user, team):
    return make_user("Carl Colleague", "PRACTITIONER", team)


@pytest.fixture
def three(make_participant, officer, colleague, prison):
    jordan = make_participant("Jordan", "Ashworth", "X100001", officer, risk_band="LOW", cohort_tags=["IOM"])
    sam = make_participant(
        "Sam",
        "Brown",
        "X100002",
        officer,
        risk_band="HIGH",
        prison=prison,
        whereabouts="PRISON",
        prison_number="A1234BC",
    )
    casey = make_participant("Casey", "Clark", "X100003", colleague, joined_on=TODAY)
    Sentence.objects.filter(participant=sam).update(release_on=TODAY + 10 * DAY)
    return jordan, sam, casey


def test_one_finds_only_people_one_may_see(three, officer, other_officer, commissioner):
    assert names(officer) == ["Jordan", "Sam", "Casey"]
    assert names(other_officer) == []
    assert names(commissioner) == []


def test_mine_are_those_i_lead(three, officer, colleague):
    assert names(officer, whose="mine") == ["Jordan", "Sam"]
    assert names(colleague, whose="mine") == ["Casey"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Jordan", ["Jordan"]), ("ashw", ["Jordan"]), ("Jordon Ashwerth", ["Jordan"]), ("x100002", ["Sam"]),
        ("A1234BC", ["Sam"]), (" a1234bc ", ["Sam"]), ("100%_", []), ("nobody at all", []),
    ],
)  # fmt: skip
def test_people_are_found_by_name_also_misspelt_and_by_number(words, found, three, officer):
    assert names(officer, q=words) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"risk": "HIGH"}, ["Sam"]), ({"where": "custody"}, ["Sam"]), ({"where": "community"}, ["Jordan", "Casey"]),
        ({"release": "7"}, []), ({"release": "28"}, ["Sam"]), ({"tag": "IOM"}, ["Jordan"]), ({"where": "left"}, []),
        ({"sort": "risk"}, ["Sam", "Casey", "Jordan"]), ({"sort": "joined"}, ["Casey", "Sam", "Jordan"]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_and_ordered(asked, found, three, officer):
    assert names(officer, **asked) == found


def test_the_area_narrows(three, officer, unit):
    assert len(names(officer, area=str(unit.pk))) == 3
    assert names(officer, area=str(unit.pk + 1)) == []


def test_those_who_left_are_out_unless_asked_for(three, officer):
    Participant.objects.filter(given_name="Jordan").update(left_on=TODAY)

    assert names(officer) == ["Sam", "Casey"]
    assert names(officer, where="left") == ["Jordan"]


def test_a_practitioner_opens_on_their_own_and_a_manager_on_everyone(three, officer, manager, client_as):
    mine = client_as(officer).get(reverse(LIST)).content.decode()
    all_ = client_as(manager).get(reverse(LIST)).content.decode()

    assert "Casey" not in mine
    assert "Casey" in all_
    assert "Custody, 26 weeks" in mine


def test_everyone_shown_in_a_list_is_written_down(three, officer, client_as):
    client_as(officer).get(reverse(LIST), {"whose": "all"})

    events = AccessEvent.objects.all()
    assert {event.kind for event in events} == {"LIST"}
    assert sorted(pk for event in events for pk in event.participants) == sorted(person.pk for person in three)


def test_the_file_holds_the_same_people_is_safe_in_a_spreadsheet_and_is_written_down(three, officer, client_as):
    Participant.objects.filter(given_name="Jordan").update(given_name="=cmd|' /C calc'!A0")

    answer = client_as(officer).get(reverse(EXPORT), {"whose": "all"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert all(not cell.startswith(("=", "@")) for row in rows for cell in row.values())
    assert set(AccessEvent.objects.values_list("kind", flat=True)) == {"EXPORT"}


def test_nobody_found_says_what_to_do(three, officer, client_as):
    page = client_as(officer).get(reverse(LIST), {"q": "nobody at all"}).content.decode()

    assert "Nobody fits that search" in page


@pytest.mark.parametrize("sort", ["", "name", "-next"])
@pytest.mark.parametrize("by", ["crn", "phone", "name"])
def test_someone_is_found_by_a_number_or_name_in_any_order(participant, officer, client_as, by, sort):
    asked = {"q": str(getattr(participant, by)), "whose": "all", **({"sort": sort} if sort else {})}
    answer = client_as(officer).get(reverse(LIST), asked)

    assert (answer.status_code, participant.crn in answer.text, "1 person" in answer.text) == (200, True, True)


def test_a_page_of_one_person_costs_little(three, officer, volunteer, client_as):
    jordan = three[0]
    services.add_to_circle(
        participant=jordan, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=officer
    )

    client = client_as(officer)

    for name in ("person-details", "person-circle"):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"people:{name}", args=[jordan.ref]))
        marks = ("SAVEPOINT", "RELEASE", "select set_config", "set local role")
        assert len([query for query in asked if not query["sql"].startswith(marks)]) <= 23


def test_a_file_is_read_in_parts_and_each_part_shows_only_who_is_seen_then(
    make_participant, officer, client_as, monkeypatch
):
    monkeypatch.setattr("people.caseload.views.people.A_PART", 2)
    people_there = [make_participant("Pat", f"Part{n}", f"X10070{n}", officer) for n in range(5)]

    client = client_as(officer)

    assert re.findall(r"X10070\d", client.get(reverse(EXPORT)).text) == [person.crn for person in people_there]

    client.takes_files = False
    going_out = iter(client.get(reverse(EXPORT)).streaming_content)
    first = next(going_out) + next(going_out)
    AccessGrant.objects.filter(participant=people_there[4]).update(ends_at=timezone.now())
    rest = b"".join(going_out)
    assert re.findall(rb"X10070\d", first) == [b"X100700", b"X100701"]
    assert re.findall(rb"X10070\d", rest) == [b"X100702", b"X100703"]

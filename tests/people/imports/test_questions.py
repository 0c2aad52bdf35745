"""What the import page asks before it believes a file, and what it shows of it."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from django.urls import reverse
from openpyxl import Workbook

from people.imports.columns import COLUMNS
from people.models import Message, Participant, Prison, Requirement
from tests.people.imports.test_page import GOOD, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HEAD = "crn,name,dob,risk,area\n"


@pytest.fixture
def client(manager, unit, client_as):
    return client_as(manager)


@pytest.fixture
def preston(db):
    return Prison.objects.create(code="PNI", name="Preston (HMP)")


def test_the_template_is_imported_as_it_comes_and_says_where_the_person_is(client, officer, preston):
    file = client.get(reverse("people:import-template")).content

    answer = client.post(send(client, file)["Location"], {"lines": "all"}, follow=True)

    assert "1 made" in answer.content.decode()
    person = Participant.objects.get()
    assert (person.where, person.name) == ("In prison, Preston (HMP)", "Jordan Ashworth")
    assert person.assignments.get().practitioner.name in ("Olive Officer", "Mona Manager")
    assert {requirement.kind for requirement in Requirement.objects.all()} == {"UNPAID_WORK", "SUPERVISION"}
    assert person.crn not in client.get(reverse("people:import-template")).content.decode()


def test_every_column_that_is_read_is_in_the_template_with_an_example(client, officer, preston):
    file = client.get(reverse("people:import-template")).content.decode("utf-8-sig")
    heads, line = csv.reader(io.StringIO(file))

    assert heads == [column.name for column in COLUMNS]
    assert all(line)


def test_our_own_export_comes_back_with_every_line_unchanged(client, officer, make_participant):
    people = [("Mary Jane", "de la Cruz"), ("", "Sukarti"), ("Jordan", "O'Neill"), ("=Sum", "-Dash")]
    for number, (given, family) in enumerate(people):
        make_participant(given, family, f"X10010{number}", officer, cohort_tags=["IOM"] if number else [])
    file = client.get(reverse("people:participant-export"), {"whose": "all"})
    page = client.get(send(client, b"".join(file.streaming_content))["Location"]).content.decode()

    assert "every line is on record already" in page
    assert Participant.objects.count() == 4


def test_a_file_whose_letters_can_be_read_in_two_ways_asks_which(client):
    line = "X700001,Jos\xe9 N\xfa\xf1ez,1/2/1990,low,Northbridge\n"
    where = send(client, (HEAD + line).encode("latin-1"))["Location"]
    page = client.get(where).content.decode()

    assert "José, Núñez (Windows, Western Europe)" in page
    assert "José, Núńez (Windows, Central Europe)" in page
    assert "Choose which is right." in client.post(where, {"lines": "all"}).content.decode()
    assert not Participant.objects.exists()

    assert client.post(where, {"encoding": "cp1252"}).url == where
    page = client.get(where).content.decode()
    assert "read as Windows, Western Europe: <bdi>José, Núñez</bdi>" in page
    client.post(where, {"lines": "all"})
    assert Participant.objects.get().name == "José Núñez"


def test_months_first_odd_births_and_people_who_may_be_one_are_asked_about_and_nothing_is_kept_before(client):
    file = HEAD + (
        "X700001,Ann Lee,03/25/1990,low,Northbridge\nX700002,Bo Hall,03/04/1990,low,Northbridge\n"
        "X700003,Lee Ann,03/25/1990,low,Northbridge\nX700004,Cy Old,01/01/1900,low,Northbridge\n"
    )
    where = send(client, file)["Location"]
    page = client.get(where).content.decode()
    assert "“03/25/1990” on line 2 has the month first" in page
    assert "Do it" not in page
    client.post(where, {"lines": "good"})
    assert not Participant.objects.exists()

    client.post(where, {"order-date_of_birth": "month_first", "births": "no"})
    assert "Line 4: may be the same person as line 2." in client.get(where).content.decode()
    client.post(where, {"same": "no"})
    assert "is often written where nobody knew the day" in client.get(where).content.decode()
    client.post(where, {"lines": "good"})

    assert dict(Participant.objects.values_list("crn", "date_of_birth")) == {
        "X700001": date(1990, 3, 25), "X700002": date(1990, 3, 4),
    }  # fmt: skip


def test_a_column_said_to_have_the_day_first_has_its_impossible_days_refused(client):
    lines = "X700001,Ann Lee,03/25/1990,low,Northbridge\nX700002,Bo Hall,03/04/1990,low,Northbridge\n"
    where = send(client, HEAD + lines)["Location"]
    client.post(where, {"order-date_of_birth": "day_first"})

    assert "a month between 1 and 12" in client.get(where).content.decode()
    client.post(where, {"lines": "good"})
    assert Participant.objects.get().date_of_birth == date(1990, 4, 3)


def test_a_column_with_days_of_both_orders_is_not_asked_about(client):
    file = HEAD + "X700001,Ann Lee,03/25/1990,low,Northbridge\nX700002,Bo Hall,25/04/1990,low,Northbridge\n"

    assert "has the month first" not in client.get(send(client, file)["Location"]).content.decode()


@pytest.mark.parametrize(("answer", "kept"), [("yes", 1), ("no", 0)])
def test_a_spreadsheets_numbers_for_days_are_asked_about(answer, kept, client):
    where = send(client, f"{HEAD}X700001,Ann Lee,32905,low,Northbridge\n")["Location"]

    assert "“32905” on line 2 is a spreadsheet’s number for 1 February 1990" in client.get(where).content.decode()
    client.post(where, {"numbers-date_of_birth": answer})
    client.post(where, {"lines": "good"})

    assert list(Participant.objects.values_list("date_of_birth", flat=True)) == [date(1990, 2, 1)] * kept


def test_births_that_somebody_says_are_right_are_kept(client):
    where = send(client, f"{HEAD}X700004,Cy Old,01/01/1900,low,Northbridge\n")["Location"]
    client.post(where, {"births": "yes"})
    client.post(where, {"lines": "all"})

    assert Participant.objects.get().date_of_birth == date(1900, 1, 1)


def test_columns_that_are_swapped_are_noticed(client):
    file = "crn,prison_number,name,dob,risk,area\nA1234BC,X700001,Ann Lee,1/2/1990,low,Northbridge\n"

    page = client.get(send(client, file)["Location"]).content.decode()
    assert "The columns crn and prison_number look swapped" in page


def test_someone_here_already_under_another_crn_is_asked_about_and_of_the_unseen_the_team_is(
    client, make_participant, officer, other_officer
):
    make_participant("Ann", "Lee", "X100001", officer, date_of_birth=date(1990, 2, 1))
    make_participant("Bo", "Hall", "X100002", other_officer, date_of_birth=date(1990, 2, 1))
    file = GOOD + "X700002,Ann Lee,1/2/1990,low,Northbridge\nX700003,Hall Bo,1/2/1990,low,Northbridge\n"
    where = send(client, file)["Location"]

    page = client.get(where).content.decode()
    assert "Line 3: may be X100001, who is here already." in page
    assert "X100002" not in page
    client.post(where, {"same": "yes"})
    assert "the team that holds a possible match has been asked" in client.get(where).content.decode()
    client.post(where, {"lines": "good"})

    assert set(Participant.objects.values_list("crn", flat=True)) == {"X100001", "X100002", "X700001", "X700002"}
    assert "X100002" in Message.objects.get(user=other_officer).body


def test_a_spreadsheet_is_read_as_its_csv_would_be(client):
    book, born = Workbook(), datetime(1990, 2, 1)  # noqa: DTZ001 - a spreadsheet knows no time zone
    book.active.append(["crn", "given_name", "family_name", "date_of_birth", "risk_band", "area", "phone"])
    book.active.append(["X700001", "Siân", "Łukasz", born, "low", "Northbridge", "07700 900123"])
    content = io.BytesIO()
    book.save(content)

    where = send(client, content.getvalue(), "caseload.xlsx")["Location"]
    assert "Siân Łukasz" in client.get(where).content.decode()
    client.post(where, {"lines": "all"})

    assert Participant.objects.get().date_of_birth == date(1990, 2, 1)


def test_the_preview_shows_all_that_would_be_saved_and_what_it_was_read_from(client, officer, preston):
    file = (
        "crn,name,dob,risk,area,practitioner,sentence,sentence start,release,prison,requirements,phone\n"
        "X700001,Al Green,1/2/1990,V. High,Northbridge,Olive Officer,26 weeks custody,1/5/2026,3/8/2026,H.M.P. Preston,"
        "supervision; residence: 1 Mill Street,07700 900123\nX700002,Bo Hall,1/2/1991,low,Northbridge,,,,,,,\n"
    )
    page = client.get(send(client, file)["Location"]).content.decode()

    for words in [
        "Custody, from 1 May 2026 to 29 October 2026", "Read from “<bdi>26 weeks custody</bdi>”", "3 August 2026",
        "In prison, Preston (HMP)", "Residence: 1 Mill Street", "Very high", "07700 900123", "Olive Officer",
        "Nobody yet", "<strong>1</strong> of the new people has no practitioner",
    ]:  # fmt: skip
        assert words in page, words

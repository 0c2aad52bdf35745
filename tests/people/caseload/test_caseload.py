"""The caseload's columns, its order, its saved lists, and its file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from engagement.models import Appointment
from people.access import whom
from people.caseload import filters, list_columns
from people.caseload.listing import listed, orders
from people.models import Assignment, Participant, SavedFilter
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIST = "people:participant-list"


@pytest.fixture
def three(make_participant, officer):
    people = [
        make_participant(given, "Row", f"X20000{n}", officer, joined_on=TODAY - n * 27 * DAY)
        for n, given in enumerate(["Ann", "Bob", "Cat"], 1)
    ]
    for n, person in enumerate(people):
        meet(person, officer, NOW - (3 - n) * DAY, outcome="COMPLIED", recorded_by=officer, recorded_at=NOW)
        if n < 2:
            meet(person, officer, NOW + (5 - n) * DAY)
    return people


def meet(person, officer, at, **fields):
    return Appointment.objects.create(
        participant=person, with_user=officer, kind="OFFICE", starts_at=at, ends_at=at + HOUR, arranged_by=officer,
        arranged_at=NOW - 9 * DAY, **fields,
    )  # fmt: skip


def names(user, **asked: str) -> str:
    return "".join(p.given_name[0] for p in listed(user=user, asked=asked, today=TODAY, now=NOW))


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", "ABC"), ("-name", "CBA"), ("last", "ABC"), ("-last", "CBA"), ("next", "BAC"), ("-next", "ABC"),
        ("joined", "ABC"), ("-joined", "CBA"), ("practitioner", "ABC"), ("sentence", "ABC"), ("-release", "ABC"),
    ],
)  # fmt: skip
def test_every_column_sorts_both_ways_and_those_with_nothing_come_last(sort, found, three, officer):
    assert names(officer, sort=sort) == found


@pytest.mark.parametrize("few", [2_000, 0])
def test_the_lead_sorts_by_name_also_where_the_user_sees_many(few, three, team, manager, make_user, monkeypatch):
    """Their names are in another order than their accounts."""
    monkeypatch.setattr(whom, "FEW", few)
    for person, name in zip(three, ("Zed Last", "Amy First", "Mo Middle"), strict=True):
        Assignment.objects.filter(participant=person).update(practitioner=make_user(name, "PRACTITIONER", team))

    assert (names(manager, sort="practitioner"), names(manager, sort="-practitioner")) == ("BCA", "ACB")


def test_every_order_that_is_offered_can_be_asked_for(three, officer):
    for key, _ in orders():
        assert len(names(officer, sort=key)) == 3


def test_a_row_shows_the_last_meeting_the_next_and_who_is_new(three, officer, client_as):
    page = BeautifulSoup(client_as(officer).get(reverse(LIST)).content, "html.parser")

    first, _, third = page.select("tbody tr")
    assert "29 May 2026" in first.text
    assert "6 Jun 2026" in first.text
    assert "age 22" in first.text
    assert "New" in first.select_one("th").text
    assert "New" not in third.select_one("th").text


def test_headings_sort_keep_what_was_asked_and_say_which_way(three, officer, client_as):
    page = client_as(officer).get(reverse(LIST), {"risk": "MEDIUM", "sort": "last", "page": "1"})

    heads = BeautifulSoup(page.content, "html.parser").select("thead th")
    said = {head.text.strip().split(" ▲")[0]: (head["aria-sort"], head.a["href"]) for head in heads}
    assert said["Last meeting"] == ("ascending", "?risk=MEDIUM&sort=-last")
    assert said["Person"] == ("none", "?risk=MEDIUM&sort=name")


def test_the_file_has_every_column_of_the_page_in_its_order(three, officer, client_as):
    client = client_as(officer)
    rows = list(
        csv.DictReader(
            io.StringIO(client.get(reverse("people:participant-export"), {"sort": "-name"}).content.decode("utf-8-sig"))
        )
    )

    assert [row["Name"] for row in rows] == ["Row, Cat", "Row, Bob", "Row, Ann"]
    assert rows[2]["Last meeting"] == "Office visit: came, 29/05/2026 12:00"
    assert (rows[0]["Next meeting"], rows[2]["New"]) == ("", "New")
    assert {column.title for column in list_columns.COLUMNS} <= set(rows[0])


def test_a_list_is_saved_applied_and_removed(three, officer, client_as):
    client = client_as(officer)
    answer = client.post(
        reverse("people:filter-save"), {"name": "Mine at risk", "risk": "MEDIUM", "sort": "-last", "q": "Ann"}
    )

    kept = SavedFilter.objects.get()
    assert kept.query == "risk=MEDIUM&sort=-last"
    assert answer["Location"] == f"{reverse(LIST)}?{kept.query}"
    page = client.get(answer["Location"]).content.decode()
    assert "Mine at risk" in page
    client.post(reverse("people:filter-remove", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def test_a_saved_list_is_its_owners_alone(three, officer, manager, client_as):
    kept = filters.save_filter(user=officer, name="Mine", asked={"risk": "LOW"}, now=NOW)

    assert client_as(manager).post(reverse("people:filter-remove", args=[kept.pk])).status_code == 404
    assert ">Mine<" not in client_as(manager).get(reverse(LIST)).content.decode()


def test_the_same_name_again_replaces_and_there_is_an_end_to_it(officer):
    for n in range(filters.MOST):
        filters.save_filter(user=officer, name=f"List {n}", asked={}, now=NOW)
    filters.save_filter(user=officer, name="list 3", asked={"risk": "LOW"}, now=NOW)

    assert officer.filters.get(name="list 3").query == "risk=LOW"
    with pytest.raises(filters.TooManyFilters, match="Remove one first"):
        filters.save_filter(user=officer, name="One more", asked={}, now=NOW)


def test_a_merged_record_is_in_no_list(three, officer, manager):
    Participant.objects.filter(pk=three[0].pk).update(merged_into=three[1], left_on=TODAY)

    assert names(officer) == "BC"

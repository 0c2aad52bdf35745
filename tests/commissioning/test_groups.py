"""Counts of people by what they say of themselves: to the nearest five, and never of fewer than five."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from commissioning.groups import count_groups, published_groups
from commissioning.models import PublishedGroup
from people.models import Characteristics, Participant
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 5, 31)


@pytest.fixture
def people(make_participant, officer):
    def make(count: int, start: int = 0, **answers) -> list[Participant]:
        made = [make_participant(f"P{n}", "Group", f"X2{n:05}", officer) for n in range(start, start + count)]
        rows = [Characteristics(participant=one, said_on=TODAY, written_by=officer, **answers) for one in made]
        Characteristics.objects.bulk_create(rows)
        return made

    return make


def said(question: str) -> dict[str, int]:
    return {row.answer: row.people for row in PublishedGroup.objects.filter(question=question)}


def test_groups_are_counted_to_the_nearest_five_and_small_ones_are_left_out(people):
    people(8, sex="FEMALE")
    people(4, start=20, sex="MALE")
    people(6, start=30, sex="PREFER_NOT")

    count_groups(LAST_DAY)

    assert said("sex") == {"Female": 10, "Not known": 5}


def test_a_question_that_fewer_than_five_answered_is_not_published_at_all(people):
    people(4, religion="SIKH")
    people(9, start=20)

    assert count_groups(LAST_DAY) == 0


def test_those_who_left_or_were_merged_are_not_counted(people):
    people(5, sex="FEMALE")
    gone = people(5, start=20, sex="FEMALE")
    Participant.objects.filter(pk__in=[one.pk for one in gone]).update(left_on=LAST_DAY)

    count_groups(LAST_DAY)

    assert said("sex") == {"Female": 5}


def test_the_page_shows_them_with_those_not_known_last_and_who_had_money_only_from_five(
    people, commissioner, client_as
):
    people(5, sex="FEMALE")
    people(25, start=20)
    count_groups(LAST_DAY)

    read = client_as(commissioner).get(reverse("commissioning:money")).content.decode()

    (sex,) = published_groups()
    assert [row.answer for row in sex.rows] == ["Female", "Not known"]
    assert "Whom it reaches" in read
    assert "about 25" in read
    assert "Not shown" in read

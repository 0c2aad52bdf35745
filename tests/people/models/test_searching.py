"""What was typed: a number of theirs, or a name?"""

from __future__ import annotations

import pytest
from django.db import connection

from people.models import AccessGrant, Participant
from people.models.searching import by_number
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "column", "kept"),
    [
        ("x100001", "crn", "X100001"),
        ("X 100 001", "crn", "X100001"),
        ("a1234bc", "prison_number", "A1234BC"),
        ("07700 900 982", "phone", "+447700900982"),
        ("+44 7700 900982", "phone", "+447700900982"),
    ],
)
def test_a_number_is_read_however_it_is_spaced(words, column, kept):
    assert dict(by_number(words).children) == {f"{column}__in": [kept]}


@pytest.mark.parametrize("words", ["Jordan", "100%_", "1", "X10000", "", "+", "O'Brien", "2004"])
def test_what_is_no_number_is_a_name(words):
    assert by_number(words) is None


def found(words: str, by) -> list[str]:
    return sorted(Participant.objects.matching(words, by=by).values_list("given_name", flat=True))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("07700 900001", ["Jordan"]), ("X100002", ["Casey"]), ("Jordon Ashwerth", ["Jordan"]), ("ashw", ["Jordan"]),
        ("as", ["Jordan"]), ("shw", ["Jordan"]), ("hw", []), ("Jaz", ["Casey"]),
        ("Jordan Elsewhere", []), ("Jordan As", ["Jordan"]),
        ("", ["Casey", "Jordan"]), ("%", []), ("_", []), ("\\", []),
    ],
)  # fmt: skip
def test_people_are_found_by_number_by_name_and_by_how_it_begins(words, names, participant, other_participant, officer):
    Participant.objects.filter(pk=other_participant.pk).update(preferred_name="Jazz")
    AccessGrant.objects.create(participant=other_participant, user=officer, level=3, why="ASSIGNED", starts_at=NOW)

    assert found(words, officer) == names


def test_a_name_is_looked_for_among_those_one_may_see(participant, other_participant, officer):
    assert found("Elsewhere", officer) == []
    assert found("Ashwerth", officer) == ["Jordan"]


def test_who_sees_many_finds_the_same_people(participant, officer):
    with connection.cursor() as cursor:
        cursor.execute(
            "select people_near('Ashwerth', array(select %s union all select generate_series(-3000, -1)))",
            [participant.pk],
        )
        assert cursor.fetchall() == [(participant.pk,)]


def test_a_name_is_looked_up_in_the_trigram_index(participant):
    with connection.cursor() as cursor:
        cursor.execute("set local role none")  # as people_near looks them up
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select id from people_participant where full_name %> 'Jordon' or full_name ilike '%ord%'"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("participant_name_trigrams") == 2

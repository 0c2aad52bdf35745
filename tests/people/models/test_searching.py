"""What was typed: a number of theirs, a birth date, or a name? And who is found?"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from common.postgres.actor import SYSTEM, acting_as
from people.models import AccessGrant, OtherName, Participant
from people.models.searching import by_number, read_search
from people.models.short_names import forms_of
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


@pytest.mark.parametrize(
    "words",
    ["3/2/2007", "03/02/2007", "3.2.2007", "3-2-2007", "3 2 2007", "3 Feb 2007", "3 February 2007", "2007-02-03"],
)
def test_a_birth_date_is_read_however_it_is_written(words):
    assert read_search(words).born == date(2007, 2, 3)
    assert read_search(words).names == []


def test_a_name_and_a_birth_date_are_both_looked_for():
    asked = read_search("Ashworth,  Jordan 9/3/2004")

    assert (asked.born, [word for word, *_ in asked.names]) == (date(2004, 3, 9), ["Ashworth", "Jordan"])


@pytest.mark.parametrize("words", ["31/2/2007", "3/13/2007", "3/2/07", "99/99/9999", "3/2"])
def test_what_is_no_day_is_no_birth_date(words):
    assert read_search(words).born is None


def test_a_short_form_leads_to_the_name_and_back():
    assert "michael" in forms_of("Mike")
    assert "mike" in forms_of("MICHAEL")
    assert forms_of("Ashworth") == []


def found(words: str, by) -> list[str]:
    return sorted(Participant.objects.matching(words, by=by).values_list("given_name", flat=True))


@pytest.fixture
def called(participant):
    """Give the person this name."""

    def give(given: str, family: str) -> None:
        with acting_as(SYSTEM):
            Participant.objects.filter(pk=participant.pk).update(given_name=given, family_name=family)

    return give


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("07700 900001", ["Jordan"]), ("X100002", ["Casey"]), ("Jordon Ashwerth", ["Jordan"]), ("ashw", ["Jordan"]),
        ("as", ["Jordan"]), ("shw", ["Jordan"]), ("hw", []), ("Jaz", ["Casey"]),
        ("Jordan Elsewhere", []), ("Jordan As", ["Jordan"]),
        ("", []), ("%", []), ("_", []), ("\\", []), ("'", []), ("- -", []),
    ],
)  # fmt: skip
def test_people_are_found_by_number_by_name_and_by_how_it_begins(words, names, participant, other_participant, officer):
    Participant.objects.filter(pk=other_participant.pk).update(preferred_name="Jazz")
    AccessGrant.objects.create(participant=other_participant, user=officer, level=3, why="ASSIGNED", starts_at=NOW)

    assert found(words, officer) == names


SPELLINGS = [
    ("Siân", "Rees", "Sian"), ("Siân", "Rees", "Siân Rees"), ("Zoë", "Hart", "Zoe"), ("José", "Silva", "Jose Silva"),
    ("Seán", "Daly", "Sean"), ("Seán", "Daly", "Shaun Daly"), ("Bjørn", "Dahl", "Bjorn"), ("Ute", "Müller", "Muller"),
    ("Ümit", "Kaya", "Umit"), ("Işık", "Demir", "Isik"), ("İpek", "Demir", "ipek"), ("Łukasz", "Wiśniewski", "Lukasz"),
    ("Łukasz", "Wiśniewski", "wisniewski"), ("Dylan", "Ffŵc", "Ffwc"), ("伟", "王", "王伟"), ("伟", "王", "王 伟"),
    ("伟", "王", "伟王"), ("伟", "王", "王"), ("Li", "Bo", "Li"), ("Li", "Bo", "Bo Li"), ("", "Sukarti", "Sukarti"),
    ("", "Sukarti", "sukart"), ("Aoife", "O'Neill", "ONeill"), ("Aoife", "O'Neill", "O Neill"),
    ("Aoife", "O’Neill", "O'Neill"), ("Mary-Jane", "Cole", "Mary Jane"), ("Mary-Jane", "Cole", "maryjane"),
    ("Anna", "Smith-Jones", "Smith Jones"), ("Anna", "Smith-Jones", "jones"), ("Ian", "MacDonald", "Mac Donald"),
    ("Ian", "Mac Donald", "MacDonald"), ("Rosa", "de la Cruz", "delacruz"), ("Rosa", "De la Cruz", "de la cruz"),
    ("Michael", "Stone", "Mike"), ("Mike", "Stone", "Michael Stone"), ("Elizabeth", "Ward", "Liz Ward"),
    ("William", "Ward", "Bill"), ("Mohammed", "Ali", "Muhammad Ali"), ("Jordan", "Ashworth", "Ashworth Jordan"),
    ("Jordan", "Ashworth", "Ashworth, Jordan"), ("Jordan", "Ashworth", "JORDAN ASHWORTH"), ("Dr. Ann", "Lee", "Dr Ann"),
    ("Jürgen", "Groß", "Gross"), ("Óscar", "Núñez", "oscar nunez"), ("Zoe\u0301", "Hart", "Zoé"),
    ("Catherine", "Bell", "Katherine"), ("Stephen", "Hall", "Steven"), ("Ian", "Smyth", "Smith"),
    ("Philip", "Bell", "Phillip"), ("Lynn", "Bell", "Lyn"),
    ("Геннадий", "Иванов", "Иванов"), ("François", "Lebœuf", "Leboeuf"), ("Đorđe", "Ilić", "Dorde Ilic"),
    ("Anthony", "Marsh", "Tony marsh"), ("Þór", "Jónsson", "Thor Jonsson"),
]  # fmt: skip


def test_a_name_is_found_however_it_is_spelt(participant, officer, called):
    wrong = []
    for given, family, words in SPELLINGS:
        called(given, family)
        if found(words, officer) != [given]:
            wrong.append((given, family, words))

    assert wrong == []


@pytest.mark.parametrize("words", ["Mike", "Nas", "ordana", "Ashworth Casey"])
def test_a_name_that_is_another_is_not_found(words, participant, officer):
    assert found(words, officer) == []


def test_every_other_name_is_found_and_the_name_like_it_comes_first(participant, other_participant, officer):
    AccessGrant.objects.create(participant=other_participant, user=officer, level=3, why="ASSIGNED", starts_at=NOW)
    OtherName.objects.create(participant=participant, kind="FORMER", given_name="Casey", family_name="Ellsworth")

    assert found("Ellsworth", officer) == ["Jordan"]
    assert found("casey elsworth", officer) == ["Jordan"]
    nearest = Participant.objects.matching(other_participant.name, by=officer).order_by("near").first()
    assert nearest == other_participant

    OtherName.objects.get().delete()
    assert found("Ellsworth", officer) == []


def test_a_corrected_name_is_found_and_the_wrong_one_is_not(participant, officer, called):
    called("Gordon", "Ashworth")

    assert found("Gordon", officer) == ["Gordon"]
    assert found("Jordan Ashworth", officer) == []


def test_the_names_of_a_merged_record_lead_to_the_one_that_stayed(participant, other_participant, officer):
    with acting_as(SYSTEM):
        other_participant.left_on, other_participant.merged_into = date(2026, 5, 1), participant
        other_participant.save()
        OtherName.objects.create(participant=other_participant, kind="ALIAS", family_name="Nightingale")

    assert found(other_participant.name, officer) == ["Jordan"]
    assert found("Nightingale", officer) == ["Jordan"]

    with acting_as(SYSTEM):
        other_participant.left_on, other_participant.merged_into = None, None
        other_participant.save()
    assert found("Nightingale", officer) == []


def test_a_birth_date_finds_who_was_born_that_day(participant, other_participant, officer):
    born = participant.date_of_birth
    assert found(f"{born.day}/{born.month}/{born.year}", officer) == ["Jordan"]
    assert found(f"Ashworth {born:%-d %B %Y}", officer) == ["Jordan"]
    assert found(f"Elsewhere {born:%-d %B %Y}", officer) == []
    with acting_as(SYSTEM):
        Participant.objects.filter(pk=other_participant.pk).update(date_of_birth=date(1999, 2, 28))
    assert found("28/2/1999", officer) == []  # not theirs to see


def test_a_name_is_looked_for_among_those_one_may_see(participant, other_participant, officer):
    assert found("Elsewhere", officer) == []
    assert found("Ashwerth", officer) == ["Jordan"]


def test_only_the_nearest_are_found_where_so_many_were_asked_for(participant, other_participant, officer):
    AccessGrant.objects.create(participant=other_participant, user=officer, level=3, why="ASSIGNED", starts_at=NOW)
    with acting_as(SYSTEM):
        Participant.objects.filter(pk=other_participant.pk).update(family_name="Ashworthy")

    assert Participant.objects.matching("Ashworth", by=officer).count() == 2
    assert list(Participant.objects.matching("Jordan Ashworth", by=officer, most=1)) == [participant]


def test_a_name_is_looked_up_in_the_trigram_index(participant):
    with connection.cursor() as cursor:
        cursor.execute("set local role none")  # as people_called looks them up
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select participant from people_searchname"
            " where words %> 'jordon' or words like '%ord%' or words like '% jo%' or joined like '% jordana%'"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("people_searchname_by_words") == 3
    assert plan.count("people_searchname_by_joined") == 1

"""A number has one spelling, and one that cannot be right is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from people.models import Participant, identifiers
from people.models.identifiers import LETTERS, NotAnIdentifier
from people.record import person_services
from tests.conftest import service_account

YEAR = 2026
years = st.integers(1927, YEAR)  # within a hundred years, a year of two figures means one year only
serials = st.integers(0, 9_999_999)


def letter(year: int, serial: int) -> str:
    """The rule said another way than the code says it: the whole number, taken apart by hand."""
    number = (year % 100) * 10_000_000 + serial
    return "ZABCDEFGHJKLMNPQRTUVWXY"[number - number // 23 * 23]


@given(years, serials)
def test_long_and_short_spellings_of_a_pnc_are_one(year, serial):
    mark = letter(year, serial)

    written = {
        identifiers.pnc(text, this_year=YEAR)
        for text in (
            f"{year}/{serial:07d}{mark}", f"{year % 100:02d}/{serial}{mark}", f"{year}/{serial}{mark.lower()}",
            f" {year % 100:02d}{serial:07d}{mark} ",
        )
    }  # fmt: skip

    assert written == {f"{year}/{serial:07d}{mark}"}


@given(years, serials, st.sampled_from(LETTERS))
def test_only_one_letter_fits_a_pnc(year, serial, mark):
    fits = mark == letter(year, serial)

    try:
        identifiers.pnc(f"{year}/{serial}{mark}", this_year=YEAR)
        taken = True
    except NotAnIdentifier:
        taken = False

    assert taken == fits


@given(years, serials, st.integers(0, 6), st.integers(1, 9))
def test_a_pnc_with_one_figure_wrong_is_never_taken(year, serial, place, step):
    figures = list(f"{serial:07d}")
    figures[place] = str((int(figures[place]) + step) % 10)

    with pytest.raises(NotAnIdentifier, match="does not fit"):
        identifiers.pnc(f"{year}/{''.join(figures)}{letter(year, serial)}", this_year=YEAR)


@given(st.text(max_size=30))
def test_anything_at_all_is_read_or_refused(text):
    for read in (
        identifiers.crn,
        identifiers.prison_number,
        identifiers.cro,
        lambda t: identifiers.pnc(t, this_year=YEAR),
    ):
        with suppress(NotAnIdentifier):
            assert read(text)


def test_the_pnc_of_the_reference_is_read():
    assert identifiers.pnc("54/18147w", this_year=YEAR) == "1954/0018147W"


def test_a_pnc_from_the_future_is_refused():
    with pytest.raises(NotAnIdentifier, match="future"):
        identifiers.pnc(f"2099/0000001{letter(2099, 1)}", this_year=YEAR)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("265416/21G", "265416/21G"), ("29906/12j", "029906/12J"), ("sf05/482703J", "SF05/482703J")],
)
def test_a_cro_has_one_spelling(typed, kept):
    assert identifiers.cro(typed) == kept


@pytest.mark.parametrize("typed", ["265416/21H", "SF05/482703K", "123456/95A", "1234567/95A", "SF5/1A", "", "MF12/34"])
def test_a_cro_that_cannot_be_checked_or_does_not_fit_is_refused(typed):
    with pytest.raises(NotAnIdentifier):
        identifiers.cro(typed)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("pnc", "54/18147W"), ("pnc", "1954/0018147I"), ("cro", "29906/12J"), ("cro", "SF05/1O")],
)
@pytest.mark.django_db
def test_the_table_keeps_one_spelling_only(field, wrong, participant):
    setattr(participant, field, wrong)

    with pytest.raises(IntegrityError), transaction.atomic():
        participant.save()


@pytest.mark.parametrize("asked", ["1954/0018147W", "54/18147w", " 54/0018147W", "265416/21g"])
@pytest.mark.django_db
def test_the_list_finds_a_person_by_pnc_or_cro_however_it_is_spelt(asked, participant, other_participant, officer):
    person_services.change_numbers(
        participant=participant, prison_number="", pnc="1954/0018147W", cro="265416/21G", by=officer
    )

    assert list(Participant.objects.matching(asked, by=officer)) == [participant]


@pytest.mark.django_db
def test_two_people_cannot_have_one_prison_number(participant, other_participant):
    person_services.change_numbers(
        participant=participant, prison_number="A1234BC", pnc="", cro="", by=service_account()
    )

    with pytest.raises(person_services.NumberTaken, match="Someone else has this prison number"):
        person_services.change_numbers(
            participant=other_participant, prison_number="A1234BC", pnc="", cro="", by=service_account()
        )

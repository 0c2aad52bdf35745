"""A number has one spelling, and one that cannot be right is refused."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from people.models import Participant, identifiers
from people.models.identifiers import LETTERS, NotAnIdentifier
from people.record import person_services
from tests.conftest import NOW, service_account

YEAR = 2026
years = st.integers(1927, YEAR)  # within a hundred years, a year of two figures means one year only
serials = st.integers(1, 9_999_999)  # nought is nobody's


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
        participant=participant, prison_number="", pnc="1954/0018147W", cro="265416/21G", by=officer, now=NOW
    )

    assert list(Participant.objects.matching(asked, by=officer)) == [participant]


@pytest.mark.django_db
def test_two_people_cannot_have_one_prison_number(participant, other_participant):
    person_services.change_numbers(
        participant=participant, prison_number="A1234BC", pnc="", cro="", by=service_account(), now=NOW
    )

    with pytest.raises(person_services.NumberTaken, match="Someone else has this prison number"):
        person_services.change_numbers(
            participant=other_participant, prison_number="A1234BC", pnc="", cro="", by=service_account(), now=NOW
        )


# --- Each number of figures, one fewer and one more ---------------------------------------------


@pytest.mark.parametrize("typed", ["X123456", " x123-456 ", "x 12.34.56"])
def test_a_crn_is_read_however_it_is_spaced(typed):
    assert identifiers.crn(typed) == "X123456"


@pytest.mark.parametrize("typed", ["X12345", "X1234567", "1123456", "XX12345", "X12345A", ""])
def test_what_is_no_crn_is_refused_with_what_one_looks_like(typed):
    with pytest.raises(NotAnIdentifier, match="like X123456"):
        identifiers.crn(typed)


def test_a_prison_number_is_read_however_it_is_spaced():
    assert identifiers.prison_number(" a 1234-bc") == "A1234BC"


@pytest.mark.parametrize("typed", ["A123BC", "A12345BC", "A1234B", "A1234BCD", "11234BC", "AA123BC", ""])
def test_what_is_no_prison_number_is_refused_with_what_one_looks_like(typed):
    with pytest.raises(NotAnIdentifier, match="like A1234BC"):
        identifiers.prison_number(typed)


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("1954/0018147W", True), ("954/0018147W", False), ("11954/0018147W", False), ("1954/018147W", False),
        ("1954/00018147W", False), ("1954/0018147I", False), ("1954/0018147", False),
    ],
)  # fmt: skip
def test_the_column_of_pncs_takes_the_long_form_alone(written, fits):
    assert bool(re.search(identifiers.PNC, written)) is fits


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("265416/21G", True), ("65416/21G", False), ("1265416/21G", False), ("265416/1G", False),
        ("265416/121G", False),
        ("SF05/482703J", True), ("SF05/1J", True), ("SF05/J", False), ("SF05/1482703J", False), ("SF5/482703J", False),
        ("SF105/482703J", False), ("265416/21S", False),
    ],
)  # fmt: skip
def test_the_column_of_cros_takes_one_spelling_alone(written, fits):
    assert bool(re.search(identifiers.CRO, written)) is fits


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"99/1{letter(1999, 1)}", "1999/0000001"),
        (f"26/1{letter(2026, 1)}", "2026/0000001"),  # this year itself
        (f"27/1{letter(1927, 1)}", "1927/0000001"),  # next year is still to come
        (f"2026/1{letter(2026, 1)}", "2026/0000001"),
        (f"2025/1234567{letter(2025, 1_234_567)}", "2025/1234567"),
        (f"251234567{letter(2025, 1_234_567)}", "2025/1234567"),
        (f"20251234567{letter(2025, 1_234_567)}", "2025/1234567"),
    ],
)
def test_a_pnc_is_kept_long(written, kept):
    assert identifiers.pnc(written, this_year=YEAR)[:-1] == kept


@pytest.mark.parametrize(
    "typed",
    [
        f"1/1{letter(2001, 1)}", f"199/1{letter(1999, 1)}", f"19999/1{letter(1999, 1)}", f"99/{letter(1999, 0)}",
        f"99/00000001{letter(1999, 1)}", f"99000001{letter(1999, 1)}", f"9900000001{letter(1999, 1)}",
        f"199900000001{letter(1999, 1)}", f"1999000001{letter(1999, 1)}", "1999/11",
    ],
)  # fmt: skip
def test_what_has_too_few_or_too_many_figures_is_no_pnc(typed):
    with pytest.raises(NotAnIdentifier, match="Enter a PNC"):
        identifiers.pnc(typed, this_year=YEAR)


def test_next_year_is_the_first_that_is_still_to_come():
    with pytest.raises(NotAnIdentifier, match="future"):
        identifiers.pnc(f"2027/1{letter(2027, 1)}", this_year=YEAR)


def test_a_search_knows_both_centuries_of_a_short_pnc_and_one_of_a_long_one():
    assert identifiers.pnc_spellings("54/18147w") == ["1954/0018147W", "2054/0018147W"]
    assert identifiers.pnc_spellings("1954/18147w") == ["1954/0018147W"]
    assert identifiers.pnc_spellings("54/18147x") == identifiers.pnc_spellings("Ashworth") == []


def test_a_search_knows_the_one_spelling_of_a_cro():
    assert identifiers.cro_spellings("29906/12j") == ["029906/12J"]
    assert identifiers.cro_spellings("29906/12k") == []


def mark(year: str, serial: str) -> str:
    return LETTERS[int(year + serial) % 23]


@pytest.mark.parametrize("over", ["17", "017", "000017"])
def test_the_letter_of_an_sf_file_may_be_taken_over_its_serial_bare_as_written_or_filled(over):
    assert (
        identifiers.cro(f"SF05/{'017' if over != '000017' else '17'}{mark('05', over)}") == f"SF05/17{mark('05', over)}"
    )


@pytest.mark.parametrize(
    "typed", ["/21G", "1265416/21G", "265416/1G", "265416/121G", "SF5/17A", "SF105/17A", "SF05/A", "SF05/1234567A"]
)
def test_what_has_too_few_or_too_many_figures_is_no_cro(typed):
    with pytest.raises(NotAnIdentifier, match="Enter a CRO"):
        identifiers.cro(typed)


@pytest.mark.parametrize("serial", ["1", "12", "123456"])
def test_a_cro_of_one_to_six_figures_is_filled_to_six(serial):
    letter_ = mark("21", serial.zfill(6))

    assert identifiers.cro(f"{serial}/21{letter_}") == f"{serial.zfill(6)}/21{letter_}"
    assert identifiers.cro(f"SF21/{serial}{letter_}") == f"SF21/{serial}{letter_}"


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (identifiers.prison_number, "A0000AA"),
        (lambda text: identifiers.pnc(text, this_year=YEAR), "00/0000000Z"),
        (identifiers.cro, "000000/00Z"),
        (identifiers.cro, "SF00/0Z"),
    ],
)
def test_a_number_of_zeros_is_nobodys(read, written):
    with pytest.raises(NotAnIdentifier, match="nobody's"):
        read(written)

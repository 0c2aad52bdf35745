"""A caseload file as other programs and people write it: read where its meaning is plain, else said by line."""

from __future__ import annotations

from datetime import date

import pytest

from people.imports.files import rows
from people.imports.lines import read_text
from people.models import Participant, Prison
from tests.conftest import TODAY
from tests.people.files import a_file, faults, load

pytestmark = pytest.mark.django_db
HEAD = "crn,name,date_of_birth,risk_band,area"
LINE = "X100009,Al Green,1/2/1990,low,Northbridge"


@pytest.fixture(autouse=True)
def _places(officer, prison):
    """Northbridge, its officer, and one prison."""


def person() -> Participant:
    return Participant.objects.get()


def read(text: str) -> list[str]:
    return [str(problem) for problem in read_text(text, today=TODAY).problems]


@pytest.mark.parametrize(
    "written",
    [
        "09/03/1990 00:00", "09/03/1990 00:00:00", "1990-03-09T00:00:00Z", "1990-03-09T00:00:00", "1990-03-09 0:00",
        "9-Mar-1990 00:00:00.000",
    ],
)  # fmt: skip
def test_a_spreadsheets_day_is_read_whatever_it_says_of_the_hour(written):
    load(a_file({"date_of_birth": written}))

    assert person().date_of_birth == date(1990, 3, 9)


@pytest.mark.parametrize("written", ["09/03/1990 13:45", "1990-03-09T23:00:00Z"])
def test_a_day_with_an_hour_is_refused(written):
    assert "Write the date as day/month/year" in faults(date_of_birth=written)[0]


@pytest.mark.parametrize("written", ["38000", "38000.0"])
def test_a_spreadsheets_number_is_not_believed_but_said(written):
    [said] = faults(date_of_birth=written)

    assert f"In a spreadsheet the number {written} is 14/1/2004: is that the day?" in said


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("V. High", "VERY_HIGH"), ("very-high", "VERY_HIGH"), ("VERY_HIGH", "VERY_HIGH"), ("v high", "VERY_HIGH"),
        ("Medium RoSH", "MEDIUM"), ("RoSH: Low", "LOW"), ("high risk of serious harm", "HIGH"), ("low risk", "LOW"),
    ],
)  # fmt: skip
def test_a_risk_is_read_as_people_write_it(written, band):
    load(a_file({"risk_band": written}))

    assert person().risk_band == band


@pytest.mark.parametrize("written", ["highest", "high/medium", "risk", "0"])
def test_a_risk_that_is_no_band_is_refused(written):
    assert "Write low, medium, high or very high" in faults(risk_band=written)[0]


@pytest.mark.parametrize(
    "before",
    ["sep=;\n", '"sep=;"\n', "Caseload of Northbridge, June 2026\n", "\nCaseload\n\nas of 1/6/2026, all lines\n"],
)
def test_what_stands_above_the_headings_is_left_out(before):
    load(before + f"{HEAD}\n{LINE}\n".replace(",", ";"))

    assert person().crn == "X100009"


def test_lines_are_numbered_as_in_the_file_whatever_stands_above_the_headings():
    [said] = read(f"A title\n\n{HEAD}\n{LINE}\n\nX100010,Bo Hall,31/2/1990,low,Northbridge\n")

    assert said.startswith("Line 6, date_of_birth: ")


def test_a_file_with_no_headings_is_told_what_its_first_line_misses():
    with pytest.raises(Exception, match="The first line has no column date_of_birth, risk_band"):
        read("sep=;\ncrn;name\nX1;Al Green\n")


def test_a_heading_may_say_how_its_cells_are_written():
    load(f"CRN,Full name,Date of birth (dd/mm/yyyy),Risk (RoSH),PDU\n{LINE}\n")

    assert person().date_of_birth == date(1990, 2, 1)


def test_a_column_without_a_heading_is_left_out():
    load(f"crn,,name,date_of_birth,risk_band,area,\n{LINE.replace(',', ',17,', 1)},x\n")

    assert person().given_name == "Al"


def test_a_cell_past_the_headings_is_a_comma_too_many():
    assert "There are more cells than headings" in read(f"{HEAD}\n{LINE},more\n")[0]


@pytest.mark.parametrize("end", ["\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\n", "\r\n"])
def test_another_programs_line_end_in_a_cell_is_a_blank(end):
    load(a_file({"address": f"14 Mill Street{end}Huddersfield"}))

    assert person().address == "14 Mill Street Huddersfield"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_of_a_csvs_own_line_ends_parts_lines(end):
    assert [row.line for row in rows(end.join(["a,b", "1,2", "3,4"]))] == [1, 2, 3]


def test_a_blank_before_a_quotation_mark_is_nothing():
    load(f'{HEAD}\nX100009, "Green, Al", "1/2/1990", "low", "Northbridge"\n')

    assert (person().given_name, person().family_name) == ("Al", "Green")


@pytest.mark.parametrize(
    ("column", "written", "kept"),
    [
        ("given_name", "\u200bAnn\u202e", "Ann"),
        ("given_name", "An\x07n", "Ann"),
        ("email", "zw@example.org\u200b", "zw@example.org"),
        (
            "given_name",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),  # noqa: E501
    ],
)
def test_characters_that_nobody_sees_are_left_out_and_that_is_said(column, written, kept):
    plan = load(a_file({column: written}))

    assert getattr(person(), column) == kept
    said = f"Line 2, {column}: characters that cannot be seen were left out."
    assert (said in plan.lines) == (written != kept)


@pytest.mark.parametrize("written", ["Mr Al Green", "MRS. Al Green", "GREEN, Dr Al"])
def test_a_title_is_left_off_a_name(written):
    load(f'{HEAD}\nX100009,"{written}",1/2/1990,low,Northbridge\n')

    assert (person().given_name, person().family_name.title()) == ("Al", "Green")


def test_a_title_and_one_name_are_not_taken_for_two():
    load(f"{HEAD}\nX100009,Mr Green,1/2/1990,low,Northbridge\n")

    assert (person().given_name, person().family_name) == ("", "Green")


def test_a_title_is_left_off_a_first_name():
    load(a_file({"given_name": "Ms. Jo"}))

    assert person().given_name == "Jo"


@pytest.mark.parametrize("written", ["01484 555010 ext 3", "01484 555010 x3", "01484555010 Extension 12"])
def test_an_extension_is_not_dropped_in_silence(written):
    assert "No message reaches an extension" in faults(phone=written)[0]


@pytest.mark.parametrize(
    "written", ["Northbridge PDU", "NORTHBRIDGE  Probation Delivery Unit", "northbridge, pdu", "T1"]
)
def test_an_area_is_found_as_people_write_it(written):
    load(a_file({"area": written}))

    assert str(person().delivery_unit) == "Northbridge"


def test_an_and_in_an_area_may_be_written_either_way(unit):
    unit.name = "Barking, Dagenham and Havering"
    unit.save()

    assert faults(area="Barking, Dagenham & Havering PDU") == []


@pytest.mark.parametrize("written", ["H.M.P. Preston", "HM Prison Preston", "hmp preston", "Preston (HMP)", "Preston"])
def test_a_prison_is_found_as_people_write_it(written):
    load(a_file({"prison": written}))

    assert str(person().prison) == "Preston (HMP)"


def test_a_prison_by_its_own_name_is_that_one_and_a_name_of_two_is_asked_about():
    for code, name in (("FMI", "Feltham (HMP)"), ("FYI", "Feltham (HMYOI)")):
        Prison.objects.create(code=code, name=name, active=True)

    [said] = faults(prison="Feltham")
    assert "“Feltham” may be Feltham (HMP) or Feltham (HMYOI). Write which." in said
    load(a_file({"prison": "feltham (hmp)"}))
    assert str(person().prison) == "Feltham (HMP)"


def test_of_two_prisons_of_a_name_the_one_in_use_is_meant():
    for code, active in (("OLD", False), ("NEW", True), ("OLDER", False)):
        Prison.objects.create(code=code, name=f"Eastfield ({code})", active=active)

    load(a_file({"prison": "Eastfield"}))

    assert person().prison.code == "NEW"

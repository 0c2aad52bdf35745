"""A caseload file: how it is read, and each fault by line and column."""

from __future__ import annotations

from datetime import date

import pytest

from people.imports.caseload import plan_caseload
from people.imports.files import WrongFile, decode
from people.models import Participant, Sentence
from tests.conftest import TODAY, service_account
from tests.people.files import HEAD, a_file, faults, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(officer, prison):
    """Northbridge, its officer, and one prison."""


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"crn": ""}, "Line 2, crn: This is empty. Every person needs it."),
        ({"date_of_birth": "31/2/2004"}, "That month has no day 31"),
        ({"date_of_birth": "9/3/04"}, "Write the year with four figures"),
        ({"date_of_birth": "0000-00-00"}, "Line 2, date_of_birth: "),
        ({"date_of_birth": "1/1/9999"}, "Line 2, date_of_birth: "),
        ({"date_of_birth": "2/6/2026"}, "must be in the past"),
        ({"date_of_birth": "38000"}, "Write the date as day/month/year"),
        ({"phone": "12"}, "Line 2, phone: Enter a phone number"),
        ({"email": "a@"}, "Line 2, email: Enter an e-mail address"),
        ({"prison_number": "12"}, "Line 2, prison_number: Enter a prison number"),
        ({"area": "Atlantis"}, "Line 2, area: There is no delivery unit “Atlantis”."),
        ({"prison": "Azkaban"}, "Line 2, prison: There is no prison “Azkaban”."),
        (
            {"practitioner": "vera@test.example"},
            "Line 2, practitioner: “vera@test.example” is no practitioner here today",
        ),
        ({"sentence": "26 weeks"}, "Say what kind of sentence"),
        ({"sentence": "custody"}, "Say how long the sentence is"),
        ({"sentence": "9999 years custody"}, "Say how long the sentence is"),
        ({"sentence_start": ""}, "Line 2, sentence_start: Give the day the sentence started"),
        ({"sentence": ""}, "Line 2, sentence: Say what the sentence is"),
        ({"release_date": "1/1/2026"}, "cannot be before the sentence starts"),
        ({"sentence": "12 months community order"}, "Only a sentence of custody has a release date"),
        ({"requirements": "dancing"}, "“dancing” is not a requirement we know"),
        ({"tags": "tall"}, "“tall” is not a tag we know"),
        ({"given_name": "x" * 101}, "Line 2, given_name: Use 100 characters or fewer"),
        ({"address": "x" * 1_000_000}, "Line 2, address: This cell is too long"),
        ({"area": "", "practitioner": ""}, "Line 2, area: Give the delivery unit"),
        ({"sentence": "", "sentence_start": ""}, "Give the sentence of custody that this is the release from"),
    ],
)
def test_a_fault_is_said_by_line_and_column(cells, said):
    assert any(said in fault for fault in faults(**cells)), faults(**cells)


def test_a_line_can_have_several_faults_and_all_are_said():
    assert (
        len(faults(crn="1", risk_band="2", phone="3", area="Atlantis", prison="Azkaban", practitioner="a@b.example"))
        == 6
    )


@pytest.mark.parametrize(
    "written",
    ["9/3/2004", "09-03-2004", "9.3.2004", "2004-03-09", "2004-03-09 00:00:00", "9 March 2004", "9th mar 2004"],
)
def test_a_date_is_read_as_people_write_it(written):
    assert faults(date_of_birth=written) == []


@pytest.mark.parametrize(
    ("written", "kind", "days"),
    [
        ("26 weeks custody", "CUSTODY", 182),
        ("18 months imprisonment", "CUSTODY", 549),
        ("12-month community order", "COMMUNITY", 365),
        ("24 months suspended sentence", "SUSPENDED", 731),
        ("1 year 6 months custody", "CUSTODY", 549),
        ("60 days custody from 3/3/2026", "CUSTODY", 60),
    ],
)
def test_a_sentence_is_read_as_people_write_it(written, kind, days):
    started = "" if "from" in written else "3/3/2026"

    load(a_file({"sentence": written, "sentence_start": started, "release_date": ""}))

    assert Sentence.objects.values_list("kind", "length_days").get() == (kind, days)


def test_a_month_ends_on_the_day_before_also_at_the_end_of_february():
    load(a_file({"sentence": "1 month custody", "sentence_start": "31/1/2026", "release_date": ""}))

    assert Sentence.objects.get().ends_on == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("CRN,Full name,D.O.B.,Risk of serious harm,PDU", "X100009,Al Green,1/2/1990,HIGH,T1"),
        (
            "case reference;Surname;First Name;Date of Birth;RISK;Delivery unit",
            "X100009;Green;Al;1/2/1990;v high;Northbridge",
        ),
        ("crn\tname\tdob\trisk\tarea", "X100009\tGREEN, Al\t1/2/1990\tlow\tNorthbridge"),
        ("\n\ncrn,name,dob,risk,practitioner email", "X100009,Al Green,1/2/1990,low risk,olive.officer@test.example"),
    ],
)
def test_headings_may_be_called_what_people_call_them(header, cell):
    plan = load(f"{header}\n{cell}\n\n")

    assert plan.lines[-1].endswith("0 refused")
    assert Participant.objects.get(crn="X100009").given_name == "Al"


def test_columns_we_do_not_know_are_named():
    plan = load("crn,name,dob,risk,area,Shoe size\nX100009,Al Green,1/2/1990,low,T1,9\n")

    assert plan.lines[0] == "Columns we do not know, left out: Shoe size."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_usual_encoding_is_read(encoding):
    text = decode(a_file({"family_name": "Müller-Brontë"}).encode(encoding))

    load(text)

    assert Participant.objects.get(crn="X123456").family_name == "Müller-Brontë"


def test_a_line_break_inside_quotation_marks_is_part_of_the_cell_and_lines_are_still_counted_right():
    text = a_file({"address": "14 Mill Street\nHuddersfield\nHD1 2AB"}, {"crn": "bad", "prison_number": ""})

    plan = load(text)

    assert plan.problems[0].line == 5
    assert Participant.objects.get().address == "14 Mill Street Huddersfield HD1 2AB"


@pytest.mark.parametrize("first", [{}, {"date_of_birth": "31/2/1990"}])
def test_of_two_lines_with_one_number_neither_is_kept_and_each_names_the_other(first):
    other = {"crn": "X100009", "prison_number": "A1234BD"}
    plan = load(a_file(first, {"given_name": "Other", "prison_number": ""}, other, {**other, "crn": "X100010"}))

    said = [str(problem) for problem in plan.problems if problem.column != "date_of_birth"]
    assert said == [
        "Line 2, crn: X123456 is on line 3 too. Leave one of them.",
        "Line 3, crn: X123456 is on line 2 too. Leave one of them.",
        "Line 4, prison_number: A1234BD is on line 5 too. Leave one of them.",
        "Line 5, prison_number: A1234BD is on line 4 too. Leave one of them.",
    ]
    assert not Participant.objects.exists()


def test_a_prison_number_on_another_record_is_refused():
    load(a_file({}))

    assert faults(crn="X765432") == ["Line 2, prison_number: A1234BC belongs to another person on our record."]


def test_more_cells_than_headings_is_said():
    plan = plan_caseload(
        "crn,name,dob,risk,area\nX100009,Green, Al,1/2/1990,low,T1\n", by=service_account(), today=TODAY
    )

    assert any("more cells than headings" in str(problem) for problem in plan.problems)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf  \r\n \r\n", "The file is empty"),
        (b"PK\x03\x04rest of a workbook", "This spreadsheet cannot be read"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "XLS"),
        (b"crn,name\nX1\x0023456,A", "not text that can be read"),
        (bytes(range(256)) * 4, "not text that can be read"),
        (b"hello", "The first line has no column crn"),
        (b"crn,name,dob\nX123456,A B,1/1/1990", "has no column risk_band"),
        (b"crn,crn,name,dob,risk\n", "Two columns are both “crn”"),
        (b'crn,name,dob,risk,area\nX123456,"A B,1/1/1990,low,T1\n', "quotation marks on line 2"),
        (b"<html><body>Sign in</body></html>", "has no column"),
        (b'"' * 100_000, "has no column"),
    ],
)
def test_a_wrong_file_is_refused_with_one_sentence(content, said):
    with pytest.raises(WrongFile, match=said):
        plan_caseload(decode(content), by=service_account(), today=TODAY)


def test_a_file_of_headings_alone_does_nothing():
    assert load(HEAD + "\n").lines == ["people: 0 read, 0 created, 0 changed, 0 unchanged, 0 refused"]


NASTY = ["<script>alert(1)</script>", "{{7*7}}", "\u202eevil", "' or 1=1 --", "=HYPERLINK(1)", "\ud800"]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_names_are_kept_as_they_are_seen_or_refused(text):
    plan = load(a_file({"given_name": text}))

    kept = text.replace("\u202e", "").replace("\ud800", "?")  # half a pair is in no file
    assert plan.refused or Participant.objects.get().given_name == kept

"""In which encoding a file is: believed where one alone makes sense, asked about where several do."""

from __future__ import annotations

import pytest

from people.imports.encodings import readings
from people.imports.lines import OTHER_ENCODING
from tests.people.files import load

HEAD = "crn,given_name,family_name,date_of_birth,risk_band,area\n"
NAMES = [
    "Łukasz,Wiśniewski", "Zoë,Hart", "Siân,Rees", "José,Núñez", "Müller,Ünal", "O’Neill,Zoë", "ZOË,HART",
    "François,Leblanc", "Dvořák,Jiří", "Bjørn,Ångström", "Aoife,Ní Bhriain",
]  # fmt: skip
ENCODINGS = ["cp1252", "cp1250", "cp850", "mac_roman", "utf-8", "utf-8-sig", "utf-16"]


def written(name: str, encoding: str) -> bytes | None:
    """None where the encoding has not all these letters."""
    try:
        return f"crn,names\nX1,{name}\n".encode(encoding)
    except UnicodeEncodeError:
        return None


CASES = [(name, encoding) for name in NAMES for encoding in ENCODINGS if written(name, encoding)]


@pytest.mark.parametrize(("name", "encoding"), CASES)
def test_a_name_is_never_garbled_unasked(name, encoding):
    found = readings(written(name, encoding))

    assert any(name in reading.text for reading in found), "the right reading is always among those that are offered"
    if encoding.startswith("utf"):
        assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "encoding"), [("Łukasz,Wiśniewski", "cp1250"), ("Zoë,Hart", "cp1252"), ("Siân,Rees", "cp1252")]
)
def test_what_makes_sense_in_one_way_alone_is_believed(name, encoding):
    [reading] = readings(written(name, encoding))

    assert (reading.encoding, name in reading.text) == (encoding, True)
    assert reading.words == ", ".join(part for part in name.split(",") if not part.isascii())


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_zoe_in_dos_or_mac_letters_is_asked_about(encoding):
    assert len(readings(written("Zoë,Hart", encoding))) == 2


@pytest.mark.django_db
def test_a_line_pasted_in_another_encoding_is_refused_by_its_number_and_the_others_are_right(unit):
    good = "X700001,Siân,Rees,1/2/1990,low,Northbridge\n".encode()
    pasted = "X700002,Zoë,Hart,1/2/1991,low,Northbridge\n".encode("cp1252")
    [reading] = readings(HEAD.encode() + good + pasted)

    plan = load(reading.text)

    assert [(problem.line, problem.sentence) for problem in plan.problems] == [(3, OTHER_ENCODING)]
    assert [one.line.values["given_name"] for one in plan.new] == ["Siân"]

"""A caseload file as people write them: plain lines, odd ones that can be read, and wrong ones that have to be refused.

Each line comes with whether it should be kept. The kinds are those that users' files have had.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sampledata.volume.words import FAMILY, GIVEN

HEAD = [
    "CRN", "First name", "Surname", "Date of birth (dd/mm/yyyy)", "RoSH", "PDU", "Officer", "Main sentence",
    "Sentence date", "Expected release date", "Establishment", "Requirements", "Mobile", "Notes",
]  # fmt: skip
Cells = dict[str, str]


@dataclass(frozen=True)
class MessyLine:
    cells: Cells
    kind: str
    is_good: bool


def lines(
    count: int, *, area: str, officers: list[str], prison: str, today: date, seed: int = 1
) -> Iterator[MessyLine]:
    """So many lines, the same ones for a seed: of ten eight are plain, one is odd and one is wrong."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for number in range(count):
        cells = _plain(number, chance, area=area, officers=officers, today=today)
        kind, write = "plain", None
        if number % 10 == 8:
            kind, write = chance.choice(ODD)
        elif number % 10 == 9:
            kind, write = chance.choice(WRONG)
        if write:
            cells |= write(cells, prison, today)
        yield MessyLine(cells, kind, number % 10 != 9)


def as_csv(found: list[MessyLine]) -> str:
    out = io.StringIO()
    out.write("A caseload, made up\n\n")
    writer = csv.DictWriter(out, HEAD)
    writer.writeheader()
    writer.writerows(line.cells for line in found)
    return out.getvalue()


def _plain(number: int, chance: random.Random, *, area: str, officers: list[str], today: date) -> Cells:
    born = today - timedelta(days=7000 + chance.randrange(16_000))
    return {
        "CRN": f"{'MNPQRTUVW'[number // 1_000_000 % 9]}{number % 1_000_000:06}",
        "First name": chance.choice(GIVEN),
        "Surname": f"{chance.choice(FAMILY)}-{_letters(number)}",
        "Date of birth (dd/mm/yyyy)": f"{born:%d/%m/%Y}",
        "RoSH": chance.choice(["Low", "Medium", "Medium", "High", "Very high"]),
        "PDU": area,
        "Officer": chance.choice(officers) if chance.random() < 0.9 else "",
        "Main sentence": "community order 12 months",
        "Sentence date": f"{today - timedelta(days=chance.randrange(1, 300)):%d/%m/%Y}",
        "Requirements": chance.choice(["", "supervision", "unpaid work: 80 hours", "RAR 20 days; supervision"]),
        "Mobile": f"07700 900{number % 1000:03}",
    }  # fmt: skip


def _letters(number: int) -> str:
    """A family name of its own, so that nobody looks like somebody else."""
    found = ""
    while True:
        number, place = divmod(number, 26)
        found += chr(ord("a") + place)
        if not number:
            return found.capitalize()


def _custody(cells: Cells, prison: str, today: date) -> Cells:
    return {
        "Main sentence": "26 weeks custody", "Sentence date": f"{today - timedelta(days=40):%d/%m/%Y}",
        "Expected release date": f"{today + timedelta(days=50):%d/%m/%Y}", "Establishment": prison, "Requirements": "",
    }  # fmt: skip


def _born(form: str) -> Callable[[Cells, str, date], Cells]:
    name = "Date of birth (dd/mm/yyyy)"
    return lambda cells, prison, today: {name: form.format(*reversed(cells[name].split("/")))}


def _cell(**said: str) -> Callable[[Cells, str, date], Cells]:
    return lambda cells, prison, today: {name.replace("_", " "): value for name, value in said.items()}


Kind = tuple[str, Callable[[Cells, str, date], Cells]]
ODD: list[Kind] = [
    ("in custody", _custody),
    ("midnight", _born("{0}-{1}-{2}T00:00:00Z")),
    ("a spreadsheet's midnight", _born("{2}/{1}/{0} 00:00")),
    ("a title", lambda cells, prison, today: {"First name": f"Ms. {cells['First name']}"}),
    ("one name", _cell(First_name="")),
    ("very high, short", _cell(RoSH="V. High")),
    ("RoSH after", _cell(RoSH="Medium RoSH")),
    ("an unseen character", lambda cells, prison, today: {"Surname": f"{cells['Surname']}\u200b"}),
    ("PDU after the area", lambda cells, prison, today: {"PDU": f"{cells['PDU']} PDU"}),
    ("a name with letters of its own", lambda cells, prison, today: {"First name": "Siân Łucja"}),
    ("unpaid work in words", _cell(Requirements="120 hours unpaid work")),
    ("a suspended sentence", _cell(Main_sentence="24 weeks custody suspended for 18 months")),
    ("curfew at the residence", _cell(Requirements="curfew at residence 7pm to 7am")),
]
WRONG: list[Kind] = [
    ("no such day", _cell(**{"Date of birth (dd/mm/yyyy)": "31/02/1990"})),
    ("no CRN", _cell(CRN="")),
    ("a CRN that is none", _cell(CRN="12345")),
    ("no risk", _cell(RoSH="purple")),
    ("no such area", _cell(PDU="Atlantis")),
    ("nobody's e-mail", _cell(Officer="nobody@nowhere.example")),
    ("a requirement that is none", _cell(Requirements="be good to your mother")),
    ("a sentence that is not understood", _cell(Main_sentence="about a year or so")),
    ("an extension", _cell(Mobile="01484 555010 ext 3")),
    ("no such prison", _cell(Establishment="Azkaban")),
]

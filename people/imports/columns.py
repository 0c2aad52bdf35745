"""The columns of a caseload file: what each may be called, and how a cell of it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from common.forms import EmailField, PhoneField, TextField
from people.imports import wording
from people.imports.files import WrongFile
from people.imports.requirement_words import requirements
from people.imports.sentence_words import a_sentence
from people.imports.wording import Unreadable
from people.models import identifiers
from people.models.identifiers import NotAnIdentifier


@dataclass(frozen=True)
class Column:
    name: str
    read: Callable[[str], Any]
    example: str
    also: tuple[str, ...] = ()


def _text(most: int) -> Callable[[str], str]:
    field = TextField(max_length=most, required=False)
    return lambda cell: _clean(field, " ".join(cell.split()))


def _clean(field: Any, cell: str) -> str:
    try:
        return str(field.clean(cell))
    except ValidationError as problem:
        raise Unreadable(" ".join(problem.messages)) from None


def _number(read: Callable[[str], str]) -> Callable[[str], str]:
    """One of the numbers a person is known by, or a sentence about what it should look like."""

    def of(cell: str) -> str:
        try:
            return read(cell)
        except NotAnIdentifier as problem:
            raise Unreadable(str(problem)) from None

    return of


def _phone(cell: str) -> str:
    if _EXTENSION.search(cell):
        raise Unreadable("No message reaches an extension. Write a number that reaches the person.")
    return _clean(_PHONE, cell)


def _worker(cell: str) -> str:
    """The e-mail address that someone works with, or their name."""
    return _email(cell) if "@" in cell else _text(150)(cell)


def _email(cell: str) -> str:
    return _clean(_EMAIL, cell).lower()


def _given(cell: str) -> str:
    return _text(100)(_TITLE.sub("", cell))


def _full_name(cell: str) -> tuple[str, str]:
    """ "Jordan Ashworth", "Mr Jordan Ashworth" or "ASHWORTH, Jordan"."""
    name = _text(200)(_TITLE.sub("", cell))
    given, family = reversed(name.split(",", 1)) if "," in name else (name.rpartition(" ")[0], name.rpartition(" ")[2])
    if not family.strip():
        given, family = "", given
    return _given(given), _text(100)(family)


_TITLE = re.compile(r"^\s*(?:mr|mrs|ms|miss|mx|dr|sir|rev)\b\.?\s+(?=\S)", re.IGNORECASE)
_EXTENSION = re.compile(r"(?<![a-z])(?:ext|extn|extension|x)\.?\s*\d", re.IGNORECASE)
_PHONE, _EMAIL = PhoneField(required=False), EmailField(required=False)
COLUMNS = [
    Column("crn", _number(identifiers.crn), "X123456", ("case reference", "case reference number", "case number",
           "ndelius crn")),
    Column("given_name", _given, "Jordan", ("first name", "forename", "forenames", "given names", "firstname")),
    Column("family_name", _text(100), "Ashworth", ("surname", "last name", "lastname")),
    Column("name", _full_name, "Jordan Ashworth", ("full name", "person", "participant")),
    Column("preferred_name", _text(100), "Jord", ("known as", "preferred", "likes to be called")),
    Column("date_of_birth", wording.a_day, "09/03/2004", ("dob", "birth date", "birthday", "born", "d.o.b.")),
    Column("risk_band", wording.risk, "medium", ("risk", "rosh", "risk level", "risk of serious harm")),
    Column("area", _text(150), "Kirklees", ("delivery unit", "pdu", "probation delivery unit", "area code", "ldu")),
    Column("practitioner", _worker, "p.raman@example.org", ("officer", "practitioner email", "lead",
           "lead practitioner", "probation officer", "com", "allocated to")),
    Column("prison_number", _number(identifiers.prison_number), "A1234BC", ("noms number", "noms id", "noms",
           "nomis number", "prison no")),
    Column("prison", _text(150), "Preston (HMP)", ("establishment", "prison name", "prison code", "hmp")),
    Column("phone", _phone, "07700 900982", ("mobile", "telephone", "phone number", "mobile number", "tel")),
    Column("email", _email, "jordan@example.org", ("e-mail", "email address", "e-mail address")),
    Column("address", _text(300), "14 Mill Street, Huddersfield, HD1 2AB", ("main address", "home address")),
    Column("sentence", a_sentence, "26 weeks custody", ("main sentence", "sentence type", "disposal", "order")),
    Column("sentence_start", wording.a_day, "03/03/2026", ("sentence date", "start date", "sentence start date",
           "sentenced on", "date of sentence")),
    Column("release_date", wording.a_day, "02/06/2026", ("release", "released on", "expected release date")),
    Column("requirements", requirements, "unpaid work: 120 hours; supervision", ("requirement", "conditions")),
    Column("tags", wording.tags, "IOM; care leaver", ("cohort", "cohort tags", "tag")),
]  # fmt: skip
DAYS = ("date_of_birth", "sentence_start", "release_date")
BY_NAME = {column.name: column for column in COLUMNS}


def fits(name: str, cell: str) -> bool:
    """Whether a cell reads as what belongs in this column."""
    try:
        BY_NAME[name].read(cell)
    except Unreadable:
        return False
    return True


def _plain(heading: str) -> str:
    """ "Date of birth (dd/mm/yyyy)" is "dateofbirth"."""
    return re.sub(r"[\W_]", "", re.sub(r"\(.*?\)", "", heading.lower()))


_ALIASES = {_plain(alias): column.name for column in COLUMNS for alias in (column.name, *column.also)}
NEEDED = ["crn", "date_of_birth", "risk_band"]


def _named(heading: str) -> str | None:
    return _ALIASES.get(_plain(heading)) if len(heading) < 100 else None


def are_headings(cells: Sequence[str]) -> bool:
    return {_named(cell) for cell in cells}.issuperset(NEEDED)


def find(header: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Which cell is which column, and the headings that mean nothing to us; or WrongFile."""
    places: dict[int, str] = {}
    ignored: list[str] = []
    for place, heading in enumerate(header):
        name = _named(heading)
        if name in places.values():
            raise WrongFile(f"Two columns are both “{name}”. Leave one of them out.")
        if name:
            places[place] = name
        elif heading.strip():
            ignored.append(heading.strip()[:60])
    missing = [name for name in NEEDED if name not in places.values()]
    if not ({"given_name", "family_name"} <= set(places.values()) or "name" in places.values()):
        missing.append("given_name and family_name (or name)")
    if missing:
        raise WrongFile(f"The first line has no column {', '.join(missing)}. Add {_them(missing)} and try again.")
    return places, ignored


def _them(missing: list[str]) -> str:
    return "it" if len(missing) == 1 else "them"

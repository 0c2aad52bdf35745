"""What was typed into the search: one of a person's numbers, a birth date, a name, or a name and a birth date?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import phonenumbers
from django.db.models import Q

from common.days import NotADay, read_day
from people.models import identifiers
from people.models.short_names import forms_of

Reader = Callable[[str], list[str]]  # each way the number may be kept; none where the words are no such number


def _like(shape: str) -> Reader:
    """A number of letters and figures, however it was spaced."""

    def read(words: str) -> list[str]:
        joined = re.sub(r"[\s-]+", "", words).upper()
        return [joined] if re.fullmatch(shape, joined) else []

    return read


def _phone(words: str) -> list[str]:
    if not re.fullmatch(r"\+?[\d\s().-]{7,25}", words):
        return []
    try:
        number = phonenumbers.parse(words, "GB")
    except phonenumbers.NumberParseException:
        return []
    return [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)]


# The column that holds each number, and how it is read. A number searched for is met exactly, by the column's index.
NUMBERS: dict[str, Reader] = {
    "crn": _like(r"[A-Z]\d{6}"),
    "prison_number": _like(r"[A-Z]\d{4}[A-Z]{2}"),
    "pnc": identifiers.pnc_spellings,
    "cro": identifiers.cro_spellings,
    "phone": _phone,
}


def by_number(words: str) -> Q | None:
    """Who has this number, if the words are one; None where they are a name."""
    found = None
    for column, read in NUMBERS.items():
        if spellings := read(words):
            this = Q(**{f"{column}__in": spellings})
            found = this if found is None else found | this
    return found


@dataclass(frozen=True)
class Asked:
    """What to look for. Each of `names` is a word as it was typed, and then other forms of it."""

    number: Q | None = None
    born: date | None = None
    names: list[list[str]] = field(default_factory=list)


_BORN = re.compile(
    r"(?<!\S)(?:(?P<day>\d{1,2})[ ./-](?P<month>\d{1,2}|[A-Za-z]{3,9})[ ./-](?P<year>\d{4})"
    r"|(?P<first>\d{4})-(?P<second>\d{1,2})-(?P<third>\d{1,2}))(?!\S)"
)
ANY_DAY: dict[str, Any] = {"called": "The birth date", "earliest": date(1900, 1, 1), "latest": date(2100, 12, 31)}


def read_search(words: str) -> Asked:
    """A birth date, with a name or without; else a number; else a name."""
    words = " ".join(words.split())
    found = _BORN.search(words)
    born = _a_day(found) if found else None
    number = None if born else by_number(words)
    if number is not None:
        return Asked(number)
    if found and born:
        words = words[: found.start()] + words[found.end() :]
    return Asked(born=born, names=[[word, *forms_of(word)] for word in words.replace(",", " ").split()])


def _a_day(found: re.Match[str]) -> date | None:
    day, month, year = (found[named] for named in ("third", "second", "first"))
    try:
        return read_day([day or found["day"], month or found["month"], year or found["year"]], **ANY_DAY)
    except NotADay:
        return None

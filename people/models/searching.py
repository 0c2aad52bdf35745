"""What was typed into the search: one of a person's numbers, or a name?"""

from __future__ import annotations

import re
from collections.abc import Callable

import phonenumbers
from django.db.models import Q

from people.models import identifiers

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

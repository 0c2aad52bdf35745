"""The numbers a person is known by: how each is read, checked and written. Each has one spelling in the database.

- CRN: a letter and six numbers (X123456). Prison number: a letter, four numbers, two letters (A1234BC).
- PNC: year, serial of up to seven numbers, check letter. Kept long (1954/0018147W); 54/18147W is the same one.
- CRO: serial of up to six numbers, year, check letter (265416/21G); or a search-only file of earlier years, which puts
  the year first (SF05/482703J). Both end in a check letter made like the PNC's, and one whose letter does not fit is
  refused. The letter of an SF file is taken over the serial as written or filled to six numbers: files hold both.
  Microfiche numbers with no check letter cannot be checked and are not taken.

A serial of zeros stands in forms where a number is not known, and is nobody's.
"""

from __future__ import annotations

import re

LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"  # no I, O or S, which are read as numbers
CRN = r"^[A-Z]\d{6}$"
PRISON_NUMBER = r"^[A-Z]\d{4}[A-Z]{2}$"
PNC = r"^\d{4}/\d{7}[A-HJ-NP-RT-Z]$"
CRO = r"^(SF\d{2}/\d{1,6}|\d{6}/\d{2})[A-HJ-NP-RT-Z]$"
NOT_A_CRN = "Enter a CRN: one letter and six numbers, like X123456."
NOT_A_PRISON_NUMBER = "Enter a prison number: a letter, four numbers, two letters, like A1234BC."
NOT_A_PNC = "Enter a PNC: a year, up to seven numbers and a letter, like 1954/0018147W."
NOT_A_CRO = "Enter a CRO: up to six numbers, a year and a letter, like 265416/21G, or a file like SF05/482703J."
WRONG_LETTER = "The last letter does not fit the numbers. Check each number against the record it came from."
NOBODYS = "A number of zeros is nobody's. Leave it empty until you know it."
_PNC = re.compile(r"(\d{4}|\d{2})/(\d{1,7})([A-Z])|(\d{4}|\d{2})(\d{7})([A-Z])", re.ASCII)
_CRO = re.compile(r"(\d{1,6})/(\d{2})([A-Z])", re.ASCII)
_SF = re.compile(r"SF(\d{2})/(\d{1,6})([A-Z])", re.ASCII)


class NotAnIdentifier(ValueError):
    """What was typed is no such number; the sentence says what one looks like."""


def check_letter(year: str, serial: str) -> str:
    """The letter of these last two figures of a year and this serial."""
    return LETTERS[int(year + serial) % len(LETTERS)]


def crn(text: str) -> str:
    return _as(CRN, text, NOT_A_CRN)


def prison_number(text: str) -> str:
    written = _as(PRISON_NUMBER, text, NOT_A_PRISON_NUMBER)
    _refuse_zeros(written[1:5])
    return written


def _refuse_zeros(serial: str) -> None:
    if not serial.strip("0"):
        raise NotAnIdentifier(NOBODYS)


def _as(form: str, text: str, refusal: str) -> str:
    written = _squeezed(text)
    if not re.fullmatch(form, written, re.ASCII):
        raise NotAnIdentifier(refusal)
    return written


def pnc(text: str, *, this_year: int) -> str:
    """A PNC in its long form. A year of two figures is the latest such year that is not still to come."""
    year, serial, letter = _pnc_parts(text)
    if len(year) == 4 and int(year) > this_year:
        raise NotAnIdentifier("The year of a PNC cannot be in the future. Check the first four numbers.")
    if len(year) == 2:
        century = this_year // 100 - (int(year) > this_year % 100)
        year = f"{century}{year}"
    return f"{year}/{serial}{letter}"


def pnc_spellings(text: str) -> list[str]:
    """Every PNC this could mean, for a search: both centuries of a short one; none of what is no PNC."""
    try:
        year, serial, letter = _pnc_parts(text)
    except NotAnIdentifier:
        return []
    return [f"{whole}/{serial}{letter}" for whole in ([year] if len(year) == 4 else [f"19{year}", f"20{year}"])]


def _pnc_parts(text: str) -> tuple[str, str, str]:
    match = _PNC.fullmatch(_squeezed(text))
    if match is None:
        raise NotAnIdentifier(NOT_A_PNC)
    year, serial, letter = (part for part in match.groups() if part is not None)
    serial = serial.zfill(7)
    if check_letter(year[-2:], serial) != letter:
        raise NotAnIdentifier(WRONG_LETTER)
    _refuse_zeros(serial)
    return year, serial, letter


def cro(text: str) -> str:
    """A CRO as it is kept: the serial filled to six numbers, or the SF file with no zeros before its serial."""
    written = _squeezed(text)
    if match := _CRO.fullmatch(written):
        serial, year, letter = match[1].zfill(6), match[2], match[3]
        fits, kept = {check_letter(year, serial)}, f"{serial}/{year}{letter}"
    elif match := _SF.fullmatch(written):
        year, serial, letter = match[1], match[2].lstrip("0") or "0", match[3]
        fits = {check_letter(year, spelling) for spelling in (serial, match[2], serial.zfill(6))}
        kept = f"SF{year}/{serial}{letter}"
    else:
        raise NotAnIdentifier(NOT_A_CRO)
    if letter not in fits:
        raise NotAnIdentifier(WRONG_LETTER)
    _refuse_zeros(serial)
    return kept


def cro_spellings(text: str) -> list[str]:
    """The CRO this means, for a search; none of what is no CRO."""
    try:
        return [cro(text)]
    except NotAnIdentifier:
        return []


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\-.]", "", text).upper()

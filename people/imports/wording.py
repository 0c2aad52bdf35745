"""Reading days, tags and risk from the words that people put in a caseload file."""

from __future__ import annotations

import re
from datetime import date, timedelta

from common.days import NotADay, read_day
from people.models import CohortTag, RiskBand

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)

_MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?Z?)?"  # a spreadsheet's day
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_MIDNIGHT}")
_WRITTEN = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s/.\-]+(\d{{1,2}}|[A-Za-z]+)[\s/.,\-]+(\d+){_MIDNIGHT}")
_DAY_NUMBER = re.compile(r"\d{5}(?:\.0+)?")
DAY_NOUGHT = date(1899, 12, 30)  # of a spreadsheet's days, from March 1900 on
_TAGS = {
    "iom": CohortTag.IOM, "integrated offender management": CohortTag.IOM, "care leaver": CohortTag.CARE_LEAVER,
    "care_leaver": CohortTag.CARE_LEAVER, "veteran": CohortTag.VETERAN, "armed forces": CohortTag.VETERAN,
    "armed forces veteran": CohortTag.VETERAN,
}  # fmt: skip
_BANDS = {band.label.lower(): band for band in RiskBand} | {"v high": RiskBand.VERY_HIGH, "vhigh": RiskBand.VERY_HIGH}


class Unreadable(ValueError):
    """A cell that cannot be read. The sentence says what to write instead."""


def a_day(text: str, *, called: str = "The date", latest: date = LATEST) -> date:
    """A date in the forms people and spreadsheets use: 2001-03-09, 9/3/2001, 9 March 2001."""
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _WRITTEN.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise Unreadable(f"Write the date as day/month/year, like 9/3/2001.{_as_day_number(text)}")
    if len(year) != 4:
        raise Unreadable("Write the year with four figures, like 9/3/2001.")
    try:
        return read_day([day, month, year], called=called, earliest=EARLIEST, latest=latest)
    except NotADay as problem:
        raise Unreadable(str(problem)) from None


def as_day_number(text: str) -> date | None:
    """The day that a spreadsheet means by this number (of five figures: from 1927 to 2173)."""
    if not _DAY_NUMBER.fullmatch(text):
        return None
    return DAY_NOUGHT + timedelta(days=int(text.partition(".")[0]))


def _as_day_number(text: str) -> str:
    """What a number may be that a spreadsheet left of a date: not believed, but said."""
    day = as_day_number(text)
    return f" In a spreadsheet the number {text} is {day.day}/{day.month}/{day.year}: is that the day?" if day else ""


def tags(text: str) -> list[str]:
    found: set[str] = set()
    for part in re.split(r"[;,|\n]", text):
        if word := " ".join(part.lower().split()):
            if word not in _TAGS:
                raise Unreadable(f"“{part.strip()[:60]}” is not a tag we know. Use IOM, care leaver or veteran.")
            found.add(_TAGS[word])
    return sorted(found)


def risk(text: str) -> str:
    """ "Medium", "V. High", "very-high", "high RoSH"."""
    words = re.sub(r"[\W_]+", " ", text.lower()).strip()
    band = _BANDS.get(re.sub(r"^(?:rosh|risk) | (?:rosh|risk|risk of serious harm)$", "", words))
    if band is None:
        raise Unreadable("Write low, medium, high or very high.")
    return band

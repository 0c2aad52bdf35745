"""Reading what a court ordered, and when, from the words that people put in a caseload file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from common.days import NotADay, later, read_day
from people.models import CohortTag, Requirement, RiskBand, Sentence

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
LONGEST_YEARS = 60

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_WRITTEN = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s/.\-]+(\d{1,2}|[A-Za-z]+)[\s/.,\-]+(\d+)")
_TERM = re.compile(r"(\d+)\s*[-\s]?(year|month|week|day)s?\b", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|since|starting|imposed on|on)\s+(?P<day>.+)$", re.IGNORECASE)
_KINDS = [  # the first word found says the kind
    (Sentence.Kind.SUSPENDED, ("suspended",)),
    (Sentence.Kind.COMMUNITY, ("community", "order", "youth rehabilitation", "payback")),
    (Sentence.Kind.CUSTODY, ("custod", "prison", "imprison", "detention", "jail")),
]
_REQUIREMENTS = [
    (Requirement.Kind.LICENCE, ("licence", "license")),
    (Requirement.Kind.UNPAID_WORK, ("unpaid work", "community payback", "upw")),
    (Requirement.Kind.DRUG, ("drug",)),
    (Requirement.Kind.ALCOHOL, ("alcohol",)),
    (Requirement.Kind.MENTAL_HEALTH, ("mental health",)),
    (Requirement.Kind.COMPENSATION, ("compensation",)),
    (Requirement.Kind.REHABILITATION, ("rehabilitation activity", "rehabilitation", "rar")),
    (Requirement.Kind.RESIDENCE, ("residence", "reside")),
    (Requirement.Kind.SUPERVISION, ("supervision",)),
    (Requirement.Kind.PROGRAMME, ("programme", "accredited")),
    (Requirement.Kind.CONDUCT, ("conduct", "good behaviour")),
]
FLEXIBLE = {Requirement.Kind.UNPAID_WORK, Requirement.Kind.SUPERVISION, Requirement.Kind.REHABILITATION}
_TAGS = {
    "iom": CohortTag.IOM, "integrated offender management": CohortTag.IOM, "care leaver": CohortTag.CARE_LEAVER,
    "care_leaver": CohortTag.CARE_LEAVER, "veteran": CohortTag.VETERAN, "armed forces": CohortTag.VETERAN,
    "armed forces veteran": CohortTag.VETERAN,
}  # fmt: skip
_BANDS = {band.label.lower(): band for band in RiskBand} | {
    "v high": RiskBand.VERY_HIGH,
    "very_high": RiskBand.VERY_HIGH,
}


class Unreadable(ValueError):
    """A cell that cannot be read. The sentence says what to write instead."""


@dataclass(frozen=True)
class Ordered:
    """A sentence as a file gives it. `starts_on` may stand in another column."""

    kind: str
    amounts: tuple[tuple[int, str], ...]
    starts_on: date | None

    def last_day(self, starts_on: date) -> date:
        """12 months from 3 March end on 2 March."""
        day = starts_on
        for number, unit in self.amounts:
            day = later(day, number, unit)
        return day - timedelta(days=1)


def a_day(text: str, *, called: str = "The date", latest: date = LATEST) -> date:
    """A date in the forms people and spreadsheets use: 2001-03-09, 9/3/2001, 9 March 2001."""
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _WRITTEN.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise Unreadable("Write the date as day/month/year, like 9/3/2001.")
    if len(year) != 4:
        raise Unreadable("Write the year with four figures, like 9/3/2001.")
    try:
        return read_day([day, month, year], called=called, earliest=EARLIEST, latest=latest)
    except NotADay as problem:
        raise Unreadable(str(problem)) from None


def a_sentence(text: str) -> Ordered:
    """ "26 weeks custody", "12 months community order", "1 year 6 months custody from 3/3/2026"."""
    started = _FROM.search(text)
    words = (text[: started.start()] if started else text).lower()
    kind = next((kind for kind, marks in _KINDS if any(mark in words for mark in marks)), None)
    if kind is None:
        raise Unreadable("Say what kind of sentence it is, like “26 weeks custody” or “12 months community order”.")
    amounts = tuple((int(number[:6]), unit.lower()) for number, unit in _TERM.findall(words))
    if not amounts or not 0 < sum(number * _DAYS[unit] for number, unit in amounts) <= LONGEST_YEARS * 365:
        raise Unreadable("Say how long the sentence is, like “26 weeks custody” or “12 months community order”.")
    return Ordered(kind, amounts, a_day(started["day"].strip(), called="The start") if started else None)


_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def requirements(text: str) -> list[tuple[str, str]]:
    """ "unpaid work: 120 hours; residence" as kinds and details."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"[;\n]", text):
        if part := " ".join(part.split()):
            one = _requirement(part)
            if one not in found:
                found.append(one)
    return found


def _requirement(part: str) -> tuple[str, str]:
    words = part.lower()
    for kind, marks in _REQUIREMENTS:
        if mark := next((mark for mark in marks if re.search(rf"\b{mark}", words)), None):
            detail = part.split(":", 1)[1] if ":" in part else re.sub(rf"(?i)\b{mark}\w*|\brequirement\b", "", part)
            return kind, " ".join(detail.split()).strip(" ()-,")[:300]
    listed = ", ".join(label.lower() for label in Requirement.Kind.labels)
    raise Unreadable(f"“{part[:60]}” is not a requirement we know. Use one of: {listed}. Part them with semicolons.")


def tags(text: str) -> list[str]:
    found: set[str] = set()
    for part in re.split(r"[;,|\n]", text):
        if word := " ".join(part.lower().split()):
            if word not in _TAGS:
                raise Unreadable(f"“{part.strip()[:60]}” is not a tag we know. Use IOM, care leaver or veteran.")
            found.add(_TAGS[word])
    return sorted(found)


def risk(text: str) -> str:
    word = " ".join(text.lower().removesuffix("risk").split())
    if word not in _BANDS:
        raise Unreadable("Write low, medium, high or very high.")
    return _BANDS[word]

"""What a sentence is, and how long, from the words of a caseload file. What is not wholly understood is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from common.days import later
from people.imports.wording import Unreadable, a_day
from people.models import Sentence

Kind = Sentence.Kind
Amounts = tuple[tuple[int, str], ...]  # 1 year 6 months: ((1, "year"), (6, "month"))

LONGEST_YEARS = 60
LIKE = "Write it like “26 weeks custody”, “12 months community order” or “24 weeks custody suspended for 18 months”."
WHAT_KIND = "Say what kind of sentence it is, like “26 weeks custody” or “12 months community order”."
HOW_LONG = "Say how long the sentence is, like “26 weeks custody” or “12 months community order”."
HOW_LONG_SUSPENDED = "Say for how long it is suspended, like “24 weeks custody suspended for 18 months”."
PARTS_DIFFER = "The custody and the licence do not add up to the whole sentence. Check the three lengths."

_FROM = re.compile(r"\b(?:from|since|starting|imposed on|on)\s+(?P<day>\d.*)$", re.IGNORECASE)
_UNITS = {"year": "year", "yr": "year", "month": "month", "mth": "month", "week": "week", "wk": "week", "day": "day"}
_HALF = re.compile(r"\s*½|\s+and a half\b|\s+1/2\b")
_ONE_TERM = rf"(?<![\d./])(\d+(?:\.\d+)?)\s*-?\s*({'|'.join(_UNITS)})s?\b['’]?"
_LENGTH = re.compile(rf"{_ONE_TERM}(?:(?:\s*,\s*|\s+and\s+|\s+){_ONE_TERM})?")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
# What each word, or each few, stands for in the pattern of a sentence. The longer come first.
_WORDS = [
    ("C", r"detention and training order|dto|young offender institution|yoi"),
    ("P", r"community payback order|community payback|payback order|cpo"),
    ("O", r"community order|community sentence|youth rehabilitation order|yro"),
    ("S", r"suspended sentence order|suspended sentence|sso|suspended"),
    ("X", r"extended licen[cs]e"),
    ("E", r"extended determinate sentence|extended sentence|extended|eds"),
    ("C", r"custody|custodial|imprisonment|imprisoned|prison|detention|jail"),
    ("L", r"licen[cs]e"),
    ("", r"sentenced|sentence|determinate|standard|in total|total|term|period|of|for|in|on|to|an?|the|and|plus|with"),
]
_WORD = re.compile("|".join(rf"(?P<w{place}>\b(?:{words})\b)" for place, (_, words) in enumerate(_WORDS)))
# Of each pattern (`#` is a length): the kind, and the places of the lengths that it lasts.
_PATTERNS: dict[str, tuple[str, tuple[int, ...]]] = {
    "#C": (Kind.CUSTODY, (0,)), "C#": (Kind.CUSTODY, (0,)), "#O": (Kind.COMMUNITY, (0,)),
    "O#": (Kind.COMMUNITY, (0,)), "#P": (Kind.PAYBACK, (0,)), "P#": (Kind.PAYBACK, (0,)),
    "#S": (Kind.SUSPENDED, (0,)), "S#": (Kind.SUSPENDED, (0,)), "#CS#": (Kind.SUSPENDED, (1,)),
    "#S#": (Kind.SUSPENDED, (1,)), "E#": (Kind.CUSTODY, (0,)), "#E": (Kind.CUSTODY, (0,)),
    "E#C#L": (Kind.CUSTODY, (0, 1)), "E#C#X": (Kind.CUSTODY, (0, 1)), "#C#X": (Kind.CUSTODY, (0, 1)),
    "E##C#L": (Kind.CUSTODY, (0,)), "E##C#X": (Kind.CUSTODY, (0,)),
}  # fmt: skip


@dataclass(frozen=True)
class Ordered:
    """A sentence as a file gives it. `starts_on` may stand in another column."""

    kind: str
    amounts: Amounts
    starts_on: date | None

    def last_day(self, starts_on: date) -> date:
        """12 months from 3 March end on 2 March."""
        day = starts_on
        for number, unit in self.amounts:
            day = later(day, number, unit)
        return day - timedelta(days=1)


def a_sentence(text: str) -> Ordered:
    """ "26 weeks custody", "12 months community order", "1 year 6 months custody from 3/3/2026"."""
    started = _FROM.search(text)
    words = " ".join((text[: started.start()] if started else text).lower().split())
    words = re.sub("[#~]", "?", words)  # which have a meaning below
    lengths: list[Amounts] = []

    def length(found: re.Match[str]) -> str:
        lengths.append(_amounts(found))
        return "#"

    pattern, rest = _pattern(_LENGTH.sub(length, _HALF.sub(".5", words)))
    kind, places = _meant(pattern, rest, lengths)
    amounts = tuple(amount for place in places for amount in lengths[place])
    if not 0 < sum(number * _DAYS[unit] for number, unit in amounts) <= LONGEST_YEARS * 365:
        raise Unreadable(HOW_LONG)
    return Ordered(kind, amounts, a_day(started["day"].strip(), called="The start") if started else None)


def _amounts(found: re.Match[str]) -> Amounts:
    """One length: a number of one unit, or of two, the greater first."""
    first, of_first, second, of_second = found.groups()
    said = [(first, _UNITS[of_first]), *([(second, _UNITS[of_second])] if second else [])]
    units = list(_DAYS)
    if len(said) == 2 and units.index(said[0][1]) <= units.index(said[1][1]):
        raise Unreadable(LIKE)
    return tuple(_whole(Fraction(number[:9]), unit) for number, unit in said)


def _whole(number: Fraction, unit: str) -> tuple[int, str]:
    """A part of a year is said in months: 1.5 years are 18."""
    if unit == "year" and number.denominator > 1:
        number, unit = number * 12, "month"
    if number.denominator > 1:
        raise Unreadable("Write the length in whole years, months, weeks or days, like “18 months custody”.")
    return int(number), unit


def _pattern(words: str) -> tuple[str, str]:
    """The sentence as letters (`_WORDS`) and `#` for lengths, and what is neither."""

    def letter(found: re.Match[str]) -> str:
        assert found.lastgroup
        return f" ~{_WORDS[int(found.lastgroup[1:])][0]} "

    told = re.sub(r"[:,;()+–-]|\.$", " ", _WORD.sub(letter, words)).split()
    known = [part for part in told if part.startswith("~") or part == "#"]
    rest = " ".join(part for part in told if part not in known)
    return "".join(part.removeprefix("~") for part in known), rest


def _meant(pattern: str, rest: str, lengths: list[Amounts]) -> tuple[str, tuple[int, ...]]:
    """The kind, and which of the lengths count; or Unreadable, which says what was not understood."""
    if not set(pattern) & set("COPSE"):
        raise Unreadable(WHAT_KIND)
    if "#" not in pattern:
        raise Unreadable(HOW_LONG)
    if rest:
        raise Unreadable(f"“{rest[:60]}” in the sentence is not understood. {LIKE}")
    if pattern in {"#CS", "C#S", "SC#", "S#C"}:
        raise Unreadable(HOW_LONG_SUSPENDED)
    if pattern not in _PATTERNS:
        raise Unreadable(f"This sentence is not understood. {LIKE}")
    if pattern.startswith("E##") and _months(lengths[0]) != _months(lengths[1] + lengths[2]):
        raise Unreadable(PARTS_DIFFER)
    return _PATTERNS[pattern]


def _months(amounts: Iterable[tuple[int, str]]) -> tuple[int, int]:
    """Months and days, to compare lengths by."""
    months = {"year": 12, "month": 1}
    amounts = list(amounts)
    return (
        sum(number * months.get(unit, 0) for number, unit in amounts),
        sum(number * _DAYS[unit] for number, unit in amounts if unit not in months),
    )

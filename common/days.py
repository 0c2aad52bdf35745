"""Reading a day or a time as people write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence

from django.utils import timezone

PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?")
AHEAD = 10  # a year of two digits is at most so many years from now; else it is of the century before


class NotADay(ValueError):
    """What was typed is not an acceptable date. `parts` names the boxes to mark."""

    def __init__(self, sentence: str, *parts: str) -> None:
        super().__init__(sentence)
        self.parts = list(parts or PARTS)


def read_day(typed: Sequence[str], *, called: str, earliest: dt.date, latest: dt.date) -> dt.date:
    """Return the date in three boxes, or raise NotADay with a sentence about it."""
    boxes = dict(zip(PARTS, (unicodedata.normalize("NFKC", str(part)).strip() for part in typed), strict=False))
    absent = [part for part in PARTS if not boxes.get(part)]
    if absent:
        raise NotADay(f"{called} must include a {' and '.join(absent)}.", *absent)
    day, month, year = whole(boxes["day"]), read_month(boxes["month"]), read_year(boxes["year"])
    if day is None or not 1 <= day <= 31:
        raise NotADay(f"{called} must have a day between 1 and 31.", "day")
    if month is None or not 1 <= month <= 12:
        raise NotADay(f"{called} must have a month between 1 and 12, or its name.", "month")
    if year is None or not 1900 <= year <= 2100:
        raise NotADay(f"{called} must have a year between 1900 and 2100, like 2026.", "year")
    return within(year, month, day, called=called, earliest=earliest, latest=latest)


def within(year: int, month: int, day: int, *, called: str, earliest: dt.date, latest: dt.date) -> dt.date:
    try:
        read = dt.date(year, month, day)
    except ValueError:
        raise NotADay(f"{called} must be a real date. That month has no day {day}.", "day") from None
    if read < earliest:
        raise NotADay(f"{called} must be {in_words(earliest)} or later.")
    if read > latest:
        raise NotADay(f"{called} must be {in_words(latest)} or earlier.")
    return read


def whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def read_month(text: str) -> int | None:
    """Return 1 to 12 from a number, "Mar" or "march"."""
    word = text.lower().rstrip(".")
    if word in FULL_MONTHS or word in MONTHS or word == "sept":
        return MONTHS.index(word[:3]) + 1
    return whole(text)


def read_year(text: str) -> int | None:
    """Return 2026 for "2026" and for "26", 1990 for "90"."""
    year = whole(text)
    if year is None or not re.fullmatch(r"[0-9]{2}", text):
        return year
    this = timezone.localdate().year
    century = this - this % 100
    return century + year if century + year <= this + AHEAD else century - 100 + year


def read_time(text: str) -> dt.time | None:
    """Return the time of "2:30pm", "2pm", "14:30", "1430", "14" or "midday"; None for anything else."""
    word = unicodedata.normalize("NFKC", text).lower().strip()
    if word in ("midday", "noon", "12 noon"):
        return dt.time(12)
    match = _TIME.fullmatch(word) if word.isascii() else None
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and not 1 <= hour <= 12 or hour > 23 or minute > 59:
        return None
    return dt.time(hour % 12 + (12 if match[3] == "pm" else 0) if match[3] else hour, minute)


def later(day: dt.date, number: int, unit: str) -> dt.date:
    """Return the day so many days, weeks, months or years later. A month after 31 January is the last of February."""
    if unit in ("day", "week"):
        return day + dt.timedelta(days=number * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which this day of ours begins. Comparing with it lets an index on the moment serve."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def in_words(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"

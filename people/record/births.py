"""Birth dates that may be wrong: asked about before they are believed."""

from __future__ import annotations

from datetime import date

EARLIEST = date(1900, 1, 1)
YOUNGEST, OLDEST = 17, 100  # years of age. Seventeen: a case that comes from youth justice before the birthday
STAND_INS = {(1900, 1, 1), (1901, 1, 1), (1970, 1, 1)}  # written by systems that do not know the day


def doubt_about(born: date, today: date) -> str:
    """Why this birth date has to be asked about, as a sentence; "" where nothing speaks against it."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if (born.year, born.month, born.day) in STAND_INS:
        return f"{_in_words(born)} is often written where nobody knew the day."
    if age < YOUNGEST:
        return f"Someone born on {_in_words(born)} is {age} years old."
    if age > OLDEST:
        return f"Someone born on {_in_words(born)} would be {age} years old."
    return ""


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"

"""The service's year: it starts on 1 April, as its funders' do, and is called by the year it starts in."""

from __future__ import annotations

from datetime import date


def year_of(day: date) -> int:
    """31 March 2026 is in 2025."""
    return day.year - ((day.month, day.day) < (4, 1))


def first_day_of(year: int) -> date:
    return date(year, 4, 1)

"""Working days: neither a weekend nor a bank holiday of the nation. The `holidays` library knows the bank holidays."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from django.conf import settings
from holidays import country_holidays

DAY = timedelta(days=1)


class Nation(StrEnum):
    """A part of the United Kingdom with bank holidays of its own."""

    ENGLAND_AND_WALES = "ENGLAND_AND_WALES"
    SCOTLAND = "SCOTLAND"
    NORTHERN_IRELAND = "NORTHERN_IRELAND"


SUBDIVISIONS = {Nation.ENGLAND_AND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}


def our_nation() -> Nation:
    """The nation whose bank holidays this service keeps."""
    return Nation(settings.NATION)


@cache  # by year: the library's own table fills itself while it is read, which threads may not share
def bank_holidays(year: int, nation: Nation) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=year, expand=False))


def bank_holidays_between(first: date, last: date, nation: Nation) -> list[date]:
    """Those from one day to another, both counted."""
    years = range(first.year, last.year + 1)
    return sorted(day for year in years for day in bank_holidays(year, nation) if first <= day <= last)


def is_working_day(day: date, nation: Nation) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year, nation)


def bank_holiday_on(day: date, nation: Nation) -> str:
    """The name of the bank holiday on this day; "" for none."""
    return str(country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=day.year, expand=False).get(day, ""))


def next_working_day(day: date, nation: Nation) -> date:
    """The first working day after this day."""
    day += DAY
    while not is_working_day(day, nation):
        day += DAY
    return day


def add_working_days(day: date, number: int, nation: Nation) -> date:
    """The day itself for nought, else so many working days after it."""
    for _ in range(number):
        day = next_working_day(day, nation)
    return day

"""Weekends and each nation's bank holidays, as the government lists them."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread

import pytest

from common import working_days
from common.working_days import Nation, add_working_days, bank_holidays_between, is_working_day, next_working_day

ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND = Nation
# From gov.uk/bank-holidays; those that fall on a weekend are left to their substitute days.
LISTED = {
    (2026, ENGLAND_AND_WALES): "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    (2026, SCOTLAND): "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
    (2026, NORTHERN_IRELAND): "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
    (2027, ENGLAND_AND_WALES): "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    (2027, SCOTLAND): "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    (2027, NORTHERN_IRELAND): "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
}


@pytest.mark.parametrize(("year", "nation"), LISTED)
def test_the_days_off_between_mondays_and_fridays_are_those_the_government_lists(year, nation):
    weekdays = [day for n in range(365) if (day := date(year, 1, 1) + timedelta(days=n)).weekday() < 5]

    off = [f"{day:%m-%d}" for day in weekdays if not is_working_day(day, nation)]

    assert " ".join(off) == LISTED[year, nation]


@pytest.mark.parametrize("nation", Nation)
def test_no_weekend_is_a_working_day(nation):
    assert not any(is_working_day(date(2026, 6, day), nation) for day in (6, 7, 13, 14, 20, 21, 27, 28))


@pytest.mark.parametrize(
    ("day", "nation", "following"),
    [
        (date(2026, 6, 4), ENGLAND_AND_WALES, date(2026, 6, 5)),
        (date(2026, 6, 5), ENGLAND_AND_WALES, date(2026, 6, 8)),
        (date(2026, 6, 6), ENGLAND_AND_WALES, date(2026, 6, 8)),
        (date(2026, 4, 2), ENGLAND_AND_WALES, date(2026, 4, 7)),  # over Easter
        (date(2026, 4, 2), SCOTLAND, date(2026, 4, 6)),  # Easter Monday is no bank holiday there
        (date(2026, 12, 31), ENGLAND_AND_WALES, date(2027, 1, 4)),
        (date(2026, 12, 31), SCOTLAND, date(2027, 1, 5)),  # 2 January is one, and falls on a Saturday
        (date(2026, 7, 10), NORTHERN_IRELAND, date(2026, 7, 14)),
    ],
)
def test_the_next_working_day(day, nation, following):
    assert next_working_day(day, nation) == following


@pytest.mark.parametrize(
    ("day", "number", "sum_"),
    [
        (date(2026, 6, 4), 0, date(2026, 6, 4)),
        (date(2026, 6, 6), 0, date(2026, 6, 6)),  # nothing is added, so the day stays
        (date(2026, 6, 4), 2, date(2026, 6, 8)),
        (date(2026, 6, 5), 1, date(2026, 6, 8)),
        (date(2026, 6, 6), 2, date(2026, 6, 9)),
        (date(2026, 12, 23), 2, date(2026, 12, 29)),
        (date(2026, 5, 22), 10, date(2026, 6, 8)),
    ],
)
def test_working_days_are_added(day, number, sum_):
    assert add_working_days(day, number, ENGLAND_AND_WALES) == sum_


def test_bank_holidays_between_two_days_count_both_ends_and_pass_the_turn_of_the_year():
    found = bank_holidays_between(date(2026, 12, 28), date(2027, 1, 1), ENGLAND_AND_WALES)

    assert found == [date(2026, 12, 28), date(2027, 1, 1)]


def test_the_nation_is_a_setting(settings):
    settings.NATION = "SCOTLAND"

    assert working_days.our_nation() is SCOTLAND


def test_threads_that_ask_at_once_about_a_fresh_year_are_told_the_same():
    working_days.bank_holidays.cache_clear()
    told: list[bool] = []
    ask = [Thread(target=lambda: told.append(is_working_day(date(2031, 12, 25), SCOTLAND))) for _ in range(16)]

    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()

    assert told == [False] * 16

"""What is published when: a month at its end, once and for ever, and rows together at the end of a quarter."""

from __future__ import annotations

from datetime import date

import pytest

from commissioning.models import By
from commissioning.publishing import due, month_ends
from commissioning.suppression import Movement

JAN, FEB, MAR, APR, MAY = (
    date(2026, 1, 31),
    date(2026, 2, 28),
    date(2026, 3, 31),
    date(2026, 4, 30),
    date(2026, 5, 31),
)
BEGAN = date(2026, 1, 1)


class Funder:
    """Payments by day, and what was published at the end of each month."""

    def __init__(self, *paid):
        self.paid = [(day, area, person) for day, area, *people in paid for person in people]
        self.rows, self.began = [], BEGAN

    def end(self, last_day):
        new = due(self.rows, self.began, last_day, self.moved, lambda labels: labels[0])
        self.rows += new
        return {(row.by, row.label, row.first_day, row.last_day): row.paid for row in new}

    def moved(self, by, first, last):
        label = {By.TOTAL: "", By.PURPOSE: "Course"}
        return [
            Movement(person, label.get(by, area), paid=1_00) for day, area, person in self.paid if first <= day <= last
        ]


def test_a_month_with_enough_people_is_published_at_its_end():
    funder = Funder((JAN, "North", 1, 2, 3, 4, 5))

    assert funder.end(JAN) == {
        ("TOTAL", "", BEGAN, JAN): 5_00,
        ("AREA", "North", BEGAN, JAN): 5_00,
        ("PURPOSE", "Course", BEGAN, JAN): 5_00,
    }


def test_a_month_with_too_few_people_is_told_with_the_next():
    funder = Funder((JAN, "North", 1, 2, 3), (FEB, "North", 4, 5))

    assert funder.end(JAN) == {}
    assert funder.end(FEB)["TOTAL", "", BEGAN, FEB] == 5_00


def test_a_small_area_waits_for_the_end_of_the_quarter():
    funder = Funder((JAN, "North", *range(5)), (JAN, "South", 10, 11), (MAR, "North", *range(5)), (MAR, "South", 12))

    assert {by for by, *_ in funder.end(JAN)} == {"TOTAL", "PURPOSE"}
    funder.end(FEB)
    assert {key: paid for key, paid in funder.end(MAR).items() if key[0] == "AREA"} == {("AREA", "", BEGAN, MAR): 13_00}


def test_an_area_that_has_grown_stands_alone_before_the_quarter_ends():
    funder = Funder((JAN, "North", *range(5)), (JAN, "South", 10, 11), (FEB, "South", 12, 13, 14, 15, 16))

    funder.end(JAN)
    areas = {key: paid for key, paid in funder.end(FEB).items() if key[0] == "AREA"}

    assert areas == {("AREA", "North", BEGAN, FEB): 5_00, ("AREA", "South", BEGAN, FEB): 7_00}


def test_no_area_is_published_past_the_total():
    """The areas' February less January's total would be three people's."""
    funder = Funder(
        (JAN, "North", *range(5)), (JAN, "South", 10), (FEB, "South", 11, 12, 13), (FEB, "South", 14, 15),
    )  # fmt: skip
    funder.paid = [row for row in funder.paid if row[2] not in (14, 15)]

    funder.end(JAN)

    assert funder.end(FEB) == {}


def test_a_month_in_which_nobody_had_money_is_published_as_nothing():
    assert Funder().end(JAN) == {("TOTAL", "", BEGAN, JAN): 0}


def test_nothing_is_published_twice():
    funder = Funder((JAN, "North", *range(5)))
    funder.end(JAN)

    assert funder.end(FEB) == {("TOTAL", "", date(2026, 2, 1), FEB): 0}


@pytest.mark.parametrize("last_day", [APR, MAY])
def test_a_quarter_that_ended_while_the_total_waited_still_closes_the_areas(last_day):
    funder = Funder((MAR, "North", 1, 2, 3), (last_day, "South", 4, 5))
    for end in (JAN, FEB, MAR, APR, MAY):
        found = funder.end(end)
        if end == last_day:
            break

    assert found["AREA", "", BEGAN, last_day] == 5_00


def test_where_most_of_the_money_would_be_put_together_it_waits_for_the_years_end():
    july, september, march = date(2026, 7, 31), date(2026, 9, 30), date(2027, 3, 31)
    funder = Funder((july, "North", *range(5)), (july, "South", 10, 11, 12, 13), (july, "West", 20, 21, 22, 23))
    funder.began = date(2026, 7, 1)
    found = {}
    for end in month_ends(funder.began, march):
        found[end] = funder.end(end)

    assert ("AREA", "", funder.began, september) not in found[september]
    assert found[march]["AREA", "", funder.began, march] == 8_00
    assert found[march]["AREA", "North", funder.began, march] == 5_00

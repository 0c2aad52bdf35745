"""The reports say what the ledger says, and nothing about a few people."""

from __future__ import annotations

from datetime import date

import pytest

from budgets import services
from budgets.models import Funder
from commissioning import reports
from commissioning.reports import Period
from tests.budgets.conftest import (  # noqa: F401 - fixtures
    budget,
    fund,
    goal,
    make_budget,
    make_fund,
    make_goal,
    make_programme,
    make_request,
    money_of,
)  # fmt: skip
from tests.conftest import NOW, TODAY

EVER = Period(None, TODAY)


def cells(report, name):
    return next(line.cells for line in report.lines if line.name == name)


def test_each_funder_sees_what_its_own_money_did(budget, make_request, manager, payer):  # noqa: F811
    set_aside = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW)
    services.record_payment(
        commitment=set_aside, amount=50_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p", last=False
    )

    report = reports.by_funder(EVER)

    assert cells(report, "Council") == {
        "contributed": 60_000_00, "allocated": 1_200_00, "committed": 30_00, "paid": 30_00, "left": 60_000_00 - 60_00,
    }  # fmt: skip
    assert report.total.cells["paid"] == 50_00


def test_what_was_put_in_is_what_is_left_set_aside_and_paid(budget, make_request, manager):  # noqa: F811
    services.approve_request(spend=make_request(123_45), reason="Yes", by=manager, now=NOW)

    total = reports.by_funder(EVER).total.cells

    assert total["contributed"] == total["left"] + total["committed"] + total["paid"]


def test_a_report_for_one_funder_has_that_funder_alone(budget):  # noqa: F811
    report = reports.by_funder(EVER, Funder.objects.get(name="Health"))

    assert [line.name for line in report.lines] == ["Health"]


def test_fewer_than_five_people_in_an_area_are_not_shown_nor_their_money(budget):  # noqa: F811
    report = reports.by_area(EVER)

    assert [(line.people, set(line.cells.values())) for line in report.lines] == [(None, {None})]
    assert report.total.people is None
    assert set(report.total.cells.values()) == {None}


@pytest.fixture
def crowd(make_participant, make_budget, fund, officer, unit):  # noqa: F811
    """Six people in one area, seven in another, two in a third."""
    from people.models import DeliveryUnit

    number = 200
    for code, count in [("T1", 6), ("T2", 7), ("T3", 2)]:
        area, _ = DeliveryUnit.objects.get_or_create(
            code=code, defaults={"name": f"Area {code}", "region": unit.region}
        )
        for _ in range(count):
            number += 1
            make_budget(make_participant("P", f"N{number}", f"X200{number}", officer, delivery_unit=area), fund)


def test_a_small_area_takes_the_smallest_large_one_with_it(crowd):
    report = reports.by_area(EVER)

    assert {line.name: line.people for line in report.lines} == {"Northbridge": None, "Area T2": 7, "Area T3": None}
    assert report.total.people == 15


def test_the_file_hides_what_the_page_hides(crowd, client_as, commissioner):
    answer = client_as(commissioner).get("/reports/money/area.csv")

    text = answer.content.decode("utf-8-sig")
    assert "Area T3,Not shown,Not shown" in text
    assert "Northbridge,Not shown,Not shown" in text  # six people, hidden for the sake of the two
    assert "Area T2,7,14000.00" in text


def test_no_name_is_on_a_commissioners_page(crowd, budget, participant, client_as, commissioner):  # noqa: F811
    page = client_as(commissioner).get("/reports/money/").content.decode()

    assert participant.family_name not in page
    assert participant.crn not in page


def test_months_and_years_are_local_and_the_year_starts_in_april(budget):  # noqa: F811
    this_year = reports.by_month(Period(date(2026, 4, 1), TODAY))
    last_year = reports.by_month(Period(date(2025, 4, 1), date(2026, 3, 31)))

    assert [line.name for line in this_year.lines] == ["June 2026"]
    assert last_year.lines == []


def test_a_choice_that_is_not_on_the_list_shows_everything(client_as, commissioner, budget):  # noqa: F811
    answer = client_as(commissioner).get("/reports/money/?funder=99999999999999999999&year=nonsense")

    assert answer.status_code == 200

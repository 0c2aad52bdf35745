"""Time and money side by side: the flag, what a manager looks at, and how long a fund lasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from budgets import forecast, pace, services, to_watch, totals
from budgets.commands import new_key
from budgets.models import Budget, Helped
from budgets.pace import Flag
from budgets.work_items import items
from people.access.whom import whom
from tests.budgets.conftest import money_of
from tests.budgets.paying import statement
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(budget, make_request, manager):
    """The budget since so many days, with so much of it set aside."""

    def make(days: int, pence: int) -> Budget:
        if pence:
            spend = make_request(pence)
            services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
        Budget.objects.filter(pk=budget.pk).update(opened_on=TODAY - timedelta(days=days))
        return money_of(budget)

    return make


@pytest.mark.parametrize(
    ("days", "pence", "shares", "flag"),
    [
        (0, 0, (0, 0), Flag.FITS), (90, 0, (24, 0), Flag.FITS), (92, 0, (25, 0), Flag.NOTHING),
        (300, 1_000_00, (82, 50), Flag.SLOW), (290, 1_000_00, (79, 50), Flag.FITS if 79 - 50 <= 30 else Flag.SLOW),
        (183, 20_00, (50, 1), Flag.FITS), (187, 20_00, (51, 1), Flag.SLOW),
        (70, 1_000_00, (19, 50), Flag.FITS), (70, 1_020_00, (19, 51), Flag.FAST), (80, 1_040_00, (21, 52), Flag.FAST),
        (400, 2_000_00, (100, 100), Flag.FITS),
    ],
)  # fmt: skip
def test_the_flag_says_where_time_and_money_part(days, pence, shares, flag, used):
    found = pace.of(used(days, pence), 12, TODAY)
    assert found
    assert ((found.time, found.money), found.flag) == (shares, flag)


def test_without_months_a_sum_or_an_open_budget_there_is_no_pace(used, make_budget, make_fund, other_participant):
    budget = used(10, 0)
    assert pace.of(budget, None, TODAY) is None
    ended = money_of(budget)
    ended.ended_on = TODAY
    assert pace.of(ended, 12, TODAY) is None
    none_first = make_budget(other_participant, make_fund("dis", "DISCRETIONARY", 0, trust=900_00))
    assert pace.of(none_first, 12, TODAY) is None


def test_it_is_on_the_pages_of_the_person_and_whoever_works_with_them(
    used, rule, fund, officer, participant, client_as
):
    rule(fund, months=12, allocation=2_000_00)
    used(0, 0)
    Budget.objects.update(opened_on=date.today() - timedelta(days=200))  # noqa: DTZ011 - pages have the real clock
    page = client_as(officer).get(reverse("budgets:person-money", args=[participant.ref])).content.decode()
    assert "54 % of the time has gone, and 0 % of the money" in page
    assert "Nothing has been spent yet. Ask what stands in the way." in page
    assert "It is meant to last until" in client_as(participant.user).get(reverse("budgets:my-money")).content.decode()


def test_a_manager_sees_sums_near_their_end_and_out_of_step_of_their_own_people(used, rule, fund, manager, make_user):
    rule(fund, months=12, allocation=2_000_00)
    used(330, 100_00)
    (row,) = to_watch.rows(manager, NOW)
    assert (row.kind, row.said) == ("Near its end", "£1,900 is left, and it is meant until 6 July 2026.")
    used(200, 0)
    assert [each.kind for each in to_watch.rows(manager, NOW)] == ["Out of step"]
    used(365, 0)
    used(1, 0)
    assert to_watch.rows(manager, NOW) == []
    assert to_watch.rows(make_user("Vera Far", "VOLUNTEER"), NOW) == []


def test_what_came_back_and_what_did_not_help_is_there_to_look_at(world, manager, officer, participant):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    world.read(statement((made.reference, "-100.00")))
    Helped.objects.create(spend=made.commitment.spend, answer="WORSE", words="It broke.", by=officer, at=NOW)
    world.read(statement((f"RETURN {made.reference}", "100.00"), opening=900_00), name="b")
    found = {row.kind: row.said for row in to_watch.rows(manager, NOW)}
    assert found == {
        "Payment that came back": "£100 to Harbour Lettings came back: The bank did not say why.",
        "It did not help": "A deposit: It made things worse. “It broke.”",
    }
    says = [each.reason for each in items(user=officer, whom=whom(officer, TODAY), today=TODAY, now=NOW)]
    assert f"{participant.called} says that A deposit made things worse. Ask how." in says
    later = NOW + timedelta(days=22)
    says = [each.reason for each in items(user=officer, whom=whom(officer, TODAY), today=TODAY, now=later)]
    assert not any("made things worse" in line for line in says)


def of(fund, now=NOW):
    return forecast.of(fund, list(fund.pots.all()), totals.balances(), now)


def test_a_fund_lasts_as_long_as_the_last_quarter_says(fund, make_request, manager):
    assert (of(fund).a_month, of(fund).lasts_until) == (0, None)
    spend = make_request(910_00)
    services.approve_request(spend=spend, reason="Yes", granted=455_00, by=manager, now=NOW, key=new_key())
    make_request(70_00)
    found = of(fund)
    assert (found.left, found.asked, found.a_month) == (100_000_00 - 455_00, 70_00, 152_00)
    assert found.lasts_until is None  # more than ten years
    fund.pots.first()
    small = forecast.of(fund, list(fund.pots.all()[:1]), totals.Balances({(fund.pots.first().pk, "POT"): 910_00}), NOW)
    assert small.lasts_until == TODAY + timedelta(days=182)
    assert of(fund, NOW + timedelta(days=92)).a_month == 0


def test_a_pot_that_ends_before_it_is_used_is_named(make_fund, manager):
    fund = make_fund("ends", council=500_00)
    pot = fund.pots.get()
    type(pot).objects.filter(pk=pot.pk).update(use_by=TODAY + timedelta(days=30))
    (unused,) = of(fund).unused
    assert (unused.pot, unused.pence) == (pot, 500_00)


def test_the_page_of_what_to_look_at_asks_as_much_for_many_as_for_one(
    manager, used, rule, fund, client_as, django_assert_max_num_queries
):  # noqa: E501
    rule(fund, months=12, allocation=2_000_00)
    used(200, 0)
    client = client_as(manager)
    client.get(reverse("budgets:watch"))
    with django_assert_max_num_queries(24):
        assert "What to look at" in client.get(reverse("budgets:watch")).content.decode()

"""Many at once on the same money."""

from __future__ import annotations

import os
import sys
import time

import pytest

from budgets import ledger, services
from budgets.commands import new_key
from budgets.models import Commitment
from budgets.verification import differences
from common.postgres.actor import acting_as
from tests.budgets.conftest import money_of
from tests.budgets.test_services import run_together
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_twenty_who_approve_the_last_hundred_pounds_one_does(
    make_fund, make_budget, participant, make_request, manager
):
    budget = make_budget(participant, make_fund("last", "ALLOCATED", 100_00, council=100_00))
    requests = [make_request(100_00, f"Thing {n}", budget=budget) for n in range(20)]

    answers = run_together(
        20, lambda n: services.approve_request(spend=requests[n], reason="Yes", by=manager, now=NOW, key=new_key())
    )

    assert sum(isinstance(answer, Commitment) for answer in answers) == 1
    assert sum(isinstance(answer, ledger.NotEnough) for answer in answers) == 19
    assert (money_of(budget).available, money_of(budget).committed) == (0, 100_00)


def test_acts_both_ways_on_one_fund_at_once_show_no_error(
    make_fund, make_budget, participant, other_participant, make_goal, make_request, manager, payer, officer
):
    """Half of them take out of the pots for one person, half give back to them for another."""
    fund = make_fund("storm", "DISCRETIONARY", 0, council=900_00, health=600_00, charity=300_00)
    one, other = make_budget(participant, fund), make_budget(other_participant, fund)
    goal = make_goal(other_participant, by=officer)
    asked = [make_request(30_00, f"Thing {n}", budget=one) for n in range(8)]
    made = [make_request(30_00, f"Other {n}", budget=other, goal=goal, by=officer) for n in range(8)]
    given = [services.approve_request(spend=each, reason="Y", by=manager, now=NOW, key=new_key()) for each in made]

    def act(n):
        if n % 2:
            return services.approve_request(spend=asked[n // 2], reason="Yes", by=manager, now=NOW, key=new_key())
        if n % 4:
            return services.release_commitment(commitment=given[n // 2], by=payer, now=NOW, key=new_key())
        paid = {"amount": 10_00, "payee": "Shop", "paid_on": TODAY}
        return services.record_payment(commitment=given[n // 2], by=payer, now=NOW, key=new_key(), **paid)

    answers = run_together(16, act)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert differences() == []


@pytest.mark.skipif(os.environ.get("CHAOS") != "full", reason="make chaos times a storm")
def test_of_acts_both_ways_at_once_ninety_five_in_a_hundred_take_under_half_a_second(
    make_fund, make_budget, participant, other_participant, make_goal, make_request, manager, payer, officer
):
    """Sixteen threads on one discretionary fund, twelve acts each; each act's time is from its first try."""
    fund = make_fund("storm", "DISCRETIONARY", 0, council=9_000_00, health=6_000_00, charity=3_000_00)
    one, other = make_budget(participant, fund), make_budget(other_participant, fund)
    goal = make_goal(other_participant, by=officer)
    asked = [make_request(10_00, f"Thing {n}", budget=one) for n in range(96)]
    made = [make_request(10_00, f"Other {n}", budget=other, goal=goal, by=officer) for n in range(96)]
    given = [services.approve_request(spend=each, reason="Y", by=manager, now=NOW, key=new_key()) for each in made]
    took: list[float] = []

    def act(n):
        for nth in range(6):
            began = time.perf_counter()
            services.approve_request(spend=asked[6 * n + nth], reason="Yes", by=manager, now=NOW, key=new_key())
            half = time.perf_counter()
            services.release_commitment(commitment=given[6 * n + nth], by=payer, now=NOW, key=new_key())
            took.extend((half - began, time.perf_counter() - half))

    answers = run_together(16, act)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert differences() == []
    took.sort()
    p95 = took[len(took) * 95 // 100]
    sys.stdout.write(f"storm: {len(took)} acts, p95 {p95:.3f} s, longest {took[-1]:.3f} s\n")
    assert p95 < 0.5


@pytest.mark.parametrize("model", ["ALLOCATED", "DISCRETIONARY"])
def test_an_approval_and_a_payment_take_few_statements_whatever_the_model(
    model, make_fund, make_budget, participant, make_request, manager, payer, django_assert_max_num_queries
):
    sum_of_each = 500_00 if model == "ALLOCATED" else 0
    budget = make_budget(participant, make_fund("few", model, sum_of_each, council=600_00, health=400_00))
    spend = make_request(100_00, budget=budget)
    with acting_as(manager.pk), django_assert_max_num_queries(20):
        set_aside = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    paid = {"amount": 100_00, "payee": "Shop", "invoice": "1", "paid_on": TODAY}
    with acting_as(payer.pk), django_assert_max_num_queries(14):
        services.record_payment(commitment=set_aside, by=payer, now=NOW, key=new_key(), **paid)

"""Asking, deciding, buying and paying."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from budgets import ledger, services
from budgets.models import Account, Commitment, SpendRequest
from budgets.verification import differences
from common.errors import RuleBroken
from people.models import Message
from tests.budgets.conftest import money_of
from tests.conftest import NOW
from tests.threads import as_we_are


def test_an_allocated_budget_holds_the_sum_from_the_start_and_the_person_is_told(budget, participant):
    assert budget.available == 2_000_00
    message = Message.objects.get(participant=participant)
    assert "£" not in message.body


def test_a_discretionary_budget_holds_nothing_until_a_request_is_approved(make_fund, make_budget, participant):
    fund = make_fund("enabling", "DISCRETIONARY", 0, council=500_00)

    budget = make_budget(participant, fund)

    assert budget.total == 0


def test_an_approved_request_to_a_discretionary_fund_gets_its_own_allocation(
    make_fund, make_budget, make_request, participant, manager
):
    budget = make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))

    services.approve_request(spend=make_request(120_00, budget=budget), reason="Yes", by=manager, now=NOW)

    assert (money_of(budget).available, money_of(budget).committed) == (0, 120_00)


def test_what_a_discretionary_request_did_not_need_returns_to_the_fund(
    make_fund, make_budget, make_request, participant, manager
):
    budget = make_budget(participant, make_fund("enabling", "DISCRETIONARY", 0, council=500_00))
    commitment = services.approve_request(spend=make_request(120_00, budget=budget), reason="Yes", by=manager, now=NOW)

    services.record_payment(
        commitment=commitment, amount=80_00, payee="Shop", paid_on=NOW.date(), by=manager, now=NOW, key="p"
    )

    assert Account.objects.get(kind="POT", pot__fund=budget.fund).balance == 420_00
    assert money_of(budget).paid == 80_00
    assert differences() == []


def test_asking_for_a_penny_more_than_is_left_is_refused_with_the_sum(make_request):
    with pytest.raises(ledger.NotEnough, match="£2,000 left"):
        make_request(2_000_01)


def test_approving_sets_the_money_aside_and_tells_the_person_without_saying_how_much(
    make_request, budget, manager, participant
):
    spend = make_request(100_00)

    services.approve_request(spend=spend, reason="It keeps a roof over you.", by=manager, now=NOW)

    assert money_of(budget).available == 1_900_00
    assert money_of(budget).committed == 100_00
    assert "£" not in Message.objects.get(dedupe_key=f"request:{spend.pk}:answer").body


def test_approving_more_than_is_left_by_then_is_refused_and_nothing_changes(make_request, budget, manager):
    first, second = make_request(1_500_00, "One"), make_request(600_00, "Two")
    services.approve_request(spend=first, reason="Yes", by=manager, now=NOW)

    with pytest.raises(ledger.NotEnough, match="only £500 left"):
        services.approve_request(spend=second, reason="Yes", by=manager, now=NOW)

    second.refresh_from_db()
    assert second.state == "ASKED"


def test_nobody_approves_what_they_asked_for(make_request, manager):
    spend = make_request(50_00, by=manager)

    with pytest.raises(services.OwnRequest):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW)


def test_the_database_too_refuses_a_decision_by_the_one_who_asked(make_request, participant):
    spend = make_request(50_00)

    with pytest.raises(IntegrityError, match="nobody_decides_their_own_request"), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(
            state="REFUSED", reason="No", decided_by=participant.user, decided_at=NOW
        )


def test_a_request_is_decided_once(make_request, manager):
    spend = make_request(50_00)
    services.refuse_request(spend=spend, reason="Try the food bank first.", by=manager, now=NOW)

    with pytest.raises(services.AlreadyDecided, match="refused"):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW)


def test_a_refusal_needs_reasons(make_request, manager):
    with pytest.raises(RuleBroken, match="reasons"):
        services.refuse_request(spend=make_request(50_00), reason="", by=manager, now=NOW)


def test_a_goal_of_someone_else_cannot_be_spent_on(budget, make_goal, other_participant, participant):
    with pytest.raises(services.NotThisPersonsGoal):
        services.start_request(budget=budget, goal=make_goal(other_participant), without_money="-", by=participant.user)


def test_paying_more_than_was_set_aside_is_refused(make_request, manager):
    commitment = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW)

    with pytest.raises(ledger.NotEnough, match="£100"):
        services.record_payment(
            commitment=commitment, amount=100_01, payee="X", paid_on=NOW.date(), by=manager, now=NOW, key="p"
        )


def test_an_invoice_is_paid_once(make_request, manager):
    one = services.approve_request(spend=make_request(10_00, "One"), reason="Yes", by=manager, now=NOW)
    two = services.approve_request(spend=make_request(10_00, "Two"), reason="Yes", by=manager, now=NOW)
    paid = {"payee": "Shop", "invoice": "A1", "paid_on": NOW.date(), "by": manager, "now": NOW, "amount": 10_00}
    services.record_payment(commitment=one, key="p1", **paid)

    with pytest.raises(RuleBroken, match="recorded already"):
        services.record_payment(commitment=two, key="p2", **paid)


def test_part_payments_leave_the_rest_set_aside(make_request, budget, manager):
    commitment = services.approve_request(spend=make_request(90_00), reason="Yes", by=manager, now=NOW)

    services.record_payment(
        commitment=commitment, amount=30_00, payee="Shop", paid_on=NOW.date(), by=manager, now=NOW, key="p", last=False
    )

    assert (money_of(budget).paid, money_of(budget).committed) == (30_00, 60_00)
    assert differences() == []


def test_money_let_go_returns_to_the_budget(make_request, budget, manager):
    commitment = services.approve_request(spend=make_request(90_00), reason="Yes", by=manager, now=NOW)

    services.release_commitment(commitment=commitment, by=manager, now=NOW)

    assert money_of(budget).available == 2_000_00
    assert differences() == []


def run_together(count, act):
    """Each act in its own thread and connection, all starting at once; gives what each returned or raised."""
    barrier = threading.Barrier(count)

    def one(number):
        barrier.wait()
        try:
            return act(number)
        except RuleBroken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(as_we_are(one), range(count)))


@pytest.mark.django_db(transaction=True)
def test_many_approvals_at_once_never_overspend(make_request, budget, manager):
    requests = [make_request(600_00, f"Thing {n}") for n in range(8)]

    answers = run_together(8, lambda n: services.approve_request(spend=requests[n], reason="Yes", by=manager, now=NOW))

    assert sum(isinstance(a, Commitment) for a in answers) == 3
    assert sum(isinstance(a, ledger.NotEnough) for a in answers) == 5
    assert money_of(budget).available == 200_00
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_two_managers_deciding_one_request_at_once_decide_it_once(make_request, budget, manager, make_user, team):
    spend, other = make_request(100_00), make_user("Molly Manager", "MANAGER", team)

    answers = run_together(
        2, lambda n: services.approve_request(spend=spend, reason="Yes", by=[manager, other][n], now=NOW)
    )

    assert sum(isinstance(a, services.AlreadyDecided) for a in answers) == 1
    assert money_of(budget).committed == 100_00

"""Two records of one person had a budget in one programme: the person has its sum once, and no penny is lost."""

from __future__ import annotations

import pytest

from budgets import agreements, interests, services
from budgets.commands import new_key
from budgets.models import Account, Commitment, Interest, SpendRequest, Way, WayAgreement
from budgets.verification import differences
from casework.merging import merging
from tests.budgets.conftest import (  # noqa: F401
    budget,
    fund,
    goal,
    make_budget,
    make_fund,
    make_goal,
    make_programme,
    make_request,
    money_of,
)
from tests.conftest import NOW, TODAY, service_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(make_participant, officer):
    return make_participant("Jay", "Twin", "X765432", officer)


@pytest.fixture
def other(make_budget, twin, fund):  # noqa: F811
    return make_budget(twin, fund)


def merge(kept, gone, by):
    return merging.merge(kept=kept, gone=gone, take=set(), by=by, now=NOW)


def in_pots() -> int:
    return sum(Account.objects.filter(kind="POT").values_list("balance", flat=True))


@pytest.fixture
def spent(other, make_goal, twin, manager, payer, officer):  # noqa: F811
    """£300 of the twin's sum is paid."""
    goal = make_goal(twin, by=officer)  # noqa: F811
    draft = services.start_request(budget=other, goal=goal, without_money="-", by=officer)
    about = {"what": "A coat", "amount": 300_00, "purpose": "CLOTHING", "for_whom": "ME", "why": "Cold."}
    spend = services.ask(spend=draft, by=officer, now=NOW, key=new_key(), **about)
    set_aside = services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())
    services.record_payment(
        commitment=set_aside, amount=300_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )


def test_the_budget_that_goes_gives_back_what_it_holds(budget, other, participant, twin, manager):  # noqa: F811
    before = in_pots()
    merge(participant, twin, manager)
    assert (money_of(budget).available, money_of(other).available) == (2_000_00, 0)
    assert money_of(other).ended_on == TODAY
    assert in_pots() == before + 2_000_00
    assert differences() == []


def test_what_one_record_spent_counts_against_the_one_sum(budget, other, spent, participant, twin, manager):  # noqa: F811
    merge(participant, twin, manager)
    assert (money_of(budget).available, money_of(other).paid) == (1_700_00, 300_00)


def test_where_the_programme_gives_its_sum_again_the_other_stays_whole(
    budget, other, spent, participant, twin, manager, fund  # noqa: F811
):  # fmt: skip
    fund.programme.gives_sum_again = True
    fund.programme.save()
    merge(participant, twin, manager)
    assert money_of(budget).available == 2_000_00


def test_a_request_that_waits_is_decided_from_the_budget_that_stays(
    budget, other, make_goal, participant, twin, manager, officer  # noqa: F811
):  # fmt: skip
    draft = services.start_request(budget=other, goal=make_goal(twin, by=officer), without_money="-", by=officer)
    about = {"what": "A coat", "amount": 300_00, "purpose": "CLOTHING", "for_whom": "ME", "why": "Cold."}
    spend = services.ask(spend=draft, by=officer, now=NOW, key=new_key(), **about)
    made = merge(participant, twin, manager)
    spend.refresh_from_db()
    assert (spend.budget_id, spend.state) == (budget.pk, SpendRequest.State.ASKED)
    merging.undo(merge=made, by=manager, now=NOW)
    spend.refresh_from_db()
    assert spend.budget_id == other.pk


def test_undoing_the_merge_gives_each_budget_its_money_again(budget, other, spent, participant, twin, manager):  # noqa: F811
    made = merge(participant, twin, manager)
    merging.undo(merge=made, by=manager, now=NOW)
    assert (money_of(budget).available, money_of(other).available) == (2_000_00, 1_700_00)
    assert money_of(other).ended_on is None
    assert differences() == []


def test_a_merge_is_not_undone_where_the_fund_has_the_money_no_longer(
    make_fund, make_budget, participant, twin, manager, make_participant  # noqa: F811
):  # fmt: skip
    fund = make_fund("small", council=4_000_00)  # noqa: F811
    make_budget(participant, fund)
    make_budget(twin, fund)
    made = merge(participant, twin, manager)
    make_budget(make_participant("Kit", "Third", "X777777"), fund)
    with pytest.raises(merging.CannotUndo, match="no longer has the money"):
        merging.undo(merge=made, by=manager, now=NOW)
    made.refresh_from_db()
    assert made.undone_at is None


def test_the_ways_of_the_budget_that_goes_stop_and_count_again_once_the_merge_is_undone(
    budget, other, make_goal, participant, twin, manager, officer  # noqa: F811
):  # fmt: skip
    who = {"name": "A bank", "agreed_on": TODAY, "why": "They asked.", "by": officer, "now": NOW}
    agreement = agreements.propose(budget=other, way=Way.THIRD_PARTY, **who)
    agreements.sign(agreement=agreement, by=twin.user, now=NOW)
    waits = agreements.propose(budget=other, way=Way.PROVIDER, **who)
    draft = services.start_request(budget=other, goal=make_goal(twin, by=officer), without_money="-", by=officer)
    about = {"what": "A coat", "amount": 30_00, "purpose": "CLOTHING", "for_whom": "ME", "why": "Cold."}
    spend = services.ask(spend=draft, by=officer, now=NOW, key=new_key(), way=Way.THIRD_PARTY, **about)
    set_aside = services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())

    merged = merge(participant, twin, manager)

    assert dict(WayAgreement.objects.values_list("pk", "state")) == {agreement.pk: "STOPPED", waits.pk: "TAKEN_BACK"}
    assert Commitment.objects.get(pk=set_aside.pk).way == Way.NOTIONAL
    merging.undo(merge=merged, by=manager, now=NOW)
    assert dict(WayAgreement.objects.values_list("pk", "state")) == {agreement.pk: "IN_FORCE", waits.pk: "TO_SIGN"}
    assert Commitment.objects.get(pk=set_aside.pk).way == Way.THIRD_PARTY


def test_what_is_said_of_both_records_is_said_once(participant, twin, manager):
    for person in (participant, twin):
        interests.say(participant=person, how="A cousin", by=manager, now=NOW)
    merged = merge(participant, twin, service_account())

    assert Interest.objects.filter(participant=participant).count() == 2
    assert Interest.objects.current().count() == 1
    merging.undo(merge=merged, by=service_account(), now=NOW)
    assert Interest.objects.current().filter(participant=twin).count() == 1

"""A budget ends with its person's place on the programme, and strands no money."""

from __future__ import annotations

from datetime import timedelta

import pytest

from budgets import ending, services
from budgets.commands import new_key
from budgets.models import Account, Budget, SpendRequest, Transaction
from budgets.verification import differences
from budgets.work_items import items
from common.errors import RuleBroken
from people.access.whom import whom
from people.models import Enrolment, Message
from people.programmes.enrolment import end_enrolment
from people.rights import retention
from people.rights.erasure import erase
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY

ACT = {"now": NOW}


def leave(budget, by):
    return end_enrolment(enrolment=budget.enrolment, reason="Moved away.", by=by, today=TODAY, now=NOW)


def in_pots(fund) -> int:
    return sum(Account.objects.filter(kind="POT", pot__fund=fund).values_list("balance", flat=True))


@pytest.fixture
def approve(manager):
    def act(spend):
        return services.approve_request(spend=spend, reason="Yes.", by=manager, key=new_key(), **ACT)

    return act


def test_what_nobody_was_promised_goes_back_to_the_pots_it_came_from(budget, fund, officer):
    before = in_pots(fund)
    leave(budget, officer)
    ended = money_of(budget)
    assert (ended.available, ended.ended_on) == (0, TODAY)
    assert in_pots(fund) == before + 2_000_00
    moved = Transaction.objects.get(budget=budget, kind="RETURN")
    assert moved.by == officer
    assert differences() == []


def test_what_is_set_aside_stays_until_a_manager_pays_it_or_puts_it_back(
    budget, fund, make_request, approve, officer, manager, payer
):
    set_aside = approve(make_request(300_00))
    before = in_pots(fund)
    leave(budget, officer)
    assert money_of(budget).committed == 300_00
    services.record_payment(
        commitment=set_aside, amount=200_00, payee="Shop", paid_on=TODAY, by=payer, key=new_key(), **ACT
    )
    assert in_pots(fund) == before + 1_700_00 + 100_00
    assert (money_of(budget).available, money_of(budget).committed, money_of(budget).paid) == (0, 0, 200_00)


def test_a_release_after_the_end_goes_to_the_fund_and_not_to_an_ended_budget(
    budget, fund, make_request, approve, officer, manager
):
    set_aside = approve(make_request(300_00))
    before = in_pots(fund)
    leave(budget, officer)
    services.release_commitment(commitment=set_aside, by=manager, key=new_key(), **ACT)
    assert money_of(budget).available == 0
    assert in_pots(fund) == before + 2_000_00


def test_a_request_without_an_answer_lapses_and_cannot_be_approved_any_more(budget, make_request, approve, officer):
    spend = make_request(50_00)
    leave(budget, officer)
    spend.refresh_from_db()
    assert spend.state == SpendRequest.State.LAPSED
    with pytest.raises(services.AlreadyDecided):
        approve(spend)


def test_the_database_sets_nothing_aside_in_an_ended_budget(budget, make_request, approve):
    spend = make_request(50_00)
    Budget.objects.filter(pk=budget.pk).update(ended_on=TODAY)
    with pytest.raises(RuleBroken, match="has ended"):
        approve(spend)


def test_a_draft_that_is_sent_after_the_end_is_refused(budget, goal, participant, officer):
    draft = services.start_request(budget=budget, goal=goal, without_money="-", by=participant.user)
    leave(budget, officer)
    with pytest.raises(services.NotEnrolled):
        services.ask(
            spend=draft, what="A bike", amount=1, purpose="TRAVEL", for_whom="ME", why="-", by=participant.user,
            key=new_key(), **ACT,
        )  # fmt: skip


def test_the_person_is_told_once_and_reads_what_became_of_it(budget, participant, officer, client_as):
    leave(budget, officer)
    ending.end_left_behind(now=NOW)
    assert Message.objects.filter(participant=participant, body__contains="has ended").count() == 1
    page = client_as(participant.user).get("/me/money/").content.decode()
    assert "This ended on 1 June 2026" in page
    assert "Went back to the fund" in client_as(participant.user).get("/me/money/every-penny/").content.decode()


def test_who_comes_back_gets_what_they_have_not_used_of_the_sum(
    budget, fund, make_request, approve, make_budget, participant, officer, payer
):
    set_aside = approve(make_request(300_00))
    services.record_payment(
        commitment=set_aside, amount=300_00, payee="Shop", paid_on=TODAY, by=payer, key=new_key(), **ACT
    )
    leave(budget, officer)
    assert make_budget(participant, fund).available == 1_700_00


def test_a_programme_may_give_its_sum_again(budget, fund, make_request, approve, make_budget, participant, officer):
    approve(make_request(300_00))
    leave(budget, officer)
    programme = fund.programme
    programme.gives_sum_again = True
    programme.save()
    assert make_budget(participant, fund).available == 2_000_00


def test_nothing_is_allocated_where_the_sum_is_used_up(
    budget, fund, make_request, approve, make_budget, participant, officer, payer
):
    set_aside = approve(make_request(2_000_00))
    services.record_payment(
        commitment=set_aside, amount=2_000_00, payee="Shop", paid_on=TODAY, by=payer, key=new_key(), **ACT
    )
    leave(budget, officer)
    again = make_budget(participant, fund)
    assert again.available == 0
    assert not Transaction.objects.filter(budget=again).exists()


def test_the_night_ends_what_was_left_behind(budget, fund):
    before = in_pots(fund)
    Enrolment.objects.filter(pk=budget.enrolment_id).update(state="ENDED", ends_on=TODAY, end_reason="Moved.")
    assert ending.end_left_behind(now=NOW) == 1
    assert in_pots(fund) == before + 2_000_00
    assert ending.end_left_behind(now=NOW) == 0


def test_a_manager_finds_what_is_set_aside_in_an_ended_budget_and_the_practitioner_no_longer(
    budget, make_request, approve, officer, manager
):
    approve(make_request(300_00))
    leave(budget, officer)
    later = {"today": TODAY + timedelta(days=1), "now": NOW + timedelta(days=1)}
    theirs = items(user=manager, whom=whom(manager, later["today"]), **later)
    assert [item.action for item in theirs if "set aside" in item.reason] == ["Settle"]
    others = items(user=officer, whom=whom(officer, later["today"]), **later)
    assert not [item for item in others if "set aside" in item.reason]


def test_the_page_that_ends_an_enrolment_says_what_becomes_of_the_money(
    budget, make_request, approve, participant, officer, client_as
):
    approve(make_request(300_00, what="A deposit"))
    make_request(40_00, what="A coat")
    address = f"/people/{participant.ref}/programmes/{budget.enrolment_id}/end/"
    page = client_as(officer).get(address).content.decode()
    assert "£1,700 that nobody was promised goes back to the fund today" in page
    assert "£300 is set aside for" in page
    assert "£40 was asked for" in page


def test_before_a_record_is_erased_all_that_its_budgets_hold_goes_back(
    budget, fund, make_request, approve, participant
):
    before = in_pots(fund)
    approve(make_request(300_00))
    standing = retention.rules()["RECORD"]
    standing.save()
    erase(participant=participant, rule=standing, now=NOW)
    ended = money_of(budget)
    assert (ended.available, ended.committed, in_pots(fund)) == (0, 0, before + 2_000_00)
    assert ended.ended_on
    assert differences() == []

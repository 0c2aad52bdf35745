"""Money is put right by two people, and what was posted stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from budgets import corrections, ledger, services
from budgets.book_items import of_the_books
from budgets.commands import new_key
from budgets.models import Account, Correction, Payment, Pot, Transaction
from budgets.verification import differences
from budgets.work_items import items
from common.postgres.actor import acting_as
from people.access.whom import whom
from tests.budgets.conftest import money_of
from tests.budgets.moves import command
from tests.conftest import NOW, TODAY

WHY = "The wrong shop."


def ask(kind: str, by, **about) -> Correction:
    return getattr(corrections, f"ask_{kind}")(by=by, now=NOW, key=new_key(), reason=WHY, **about)


def agree(correction: Correction, by) -> Correction:
    return corrections.agree(correction=correction, by=by, now=NOW, key=new_key())


@pytest.fixture
def set_aside(make_request, manager):
    spend = make_request(300_00)
    return services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())


@pytest.fixture
def payment(set_aside, payer):
    return services.record_payment(
        commitment=set_aside, amount=300_00, payee="Shop", invoice="A1", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )


def refused(match: str):
    return pytest.raises(DatabaseError, match=match)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def in_pot(name: str) -> int:
    return Account.objects.get(kind="POT", pot__funder__name=name).balance


def test_a_wrong_payment_is_reversed_and_its_money_is_set_aside_again(budget, set_aside, payment, manager, third):
    asked = ask("reversal", manager, wrong=payment.transaction)
    assert money_of(budget).paid == 300_00  # asking moves nothing
    done = agree(asked, third)
    assert done.state == "DONE"
    assert done.posted.reverses == payment.transaction
    set_aside.refresh_from_db()
    assert (set_aside.state, set_aside.remaining) == ("OPEN", 300_00)
    assert (money_of(budget).paid, money_of(budget).committed) == (0, 300_00)
    assert Payment.objects.get(pk=payment.pk).reversed_at
    assert differences() == []


def test_a_payment_of_which_some_came_back_is_not_reversed_out_of_another_requests_money(
    set_aside, payment, make_request, manager, payer, third
):
    other = services.approve_request(
        spend=make_request(200_00, "A bed"), reason="Yes.", by=manager, now=NOW, key=new_key()
    )
    services.record_payment(
        commitment=other, amount=200_00, payee="Bed shop", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    agree(ask("refund", manager, spend=set_aside.spend, amount=50_00, happened_on=TODAY), third)
    with pytest.raises(ledger.NotEnough, match="came back or was written off since"):
        agree(ask("reversal", manager, wrong=payment.transaction), third)


def test_the_invoice_of_a_reversed_payment_can_be_paid_anew(budget, set_aside, payment, manager, payer, third):
    agree(ask("reversal", manager, wrong=payment.transaction), third)
    again = services.record_payment(
        commitment=set_aside, amount=290_00, payee="shop", invoice="a-1", paid_on=TODAY, by=payer, now=NOW,
        key=new_key(),
    )  # fmt: skip
    assert again.amount == 290_00
    assert money_of(budget).available == 1_710_00


def test_who_asked_does_not_agree(payment, manager):
    asked = ask("reversal", manager, wrong=payment.transaction)
    with pytest.raises(corrections.SamePerson, match="other than who asked"):
        agree(asked, manager)


def test_who_recorded_what_is_wrong_does_not_agree(payment, manager, payer):
    asked = ask("reversal", manager, wrong=payment.transaction)
    with pytest.raises(corrections.SamePerson, match="You recorded"):
        agree(asked, payer)


def test_who_recorded_it_may_ask(payment, payer, third):
    assert agree(ask("reversal", payer, wrong=payment.transaction), third).state == "DONE"


def test_a_payment_is_reversed_once(payment, manager, third):
    agree(ask("reversal", manager, wrong=payment.transaction), third)
    with pytest.raises(corrections.NotReversible):
        ask("reversal", manager, wrong=payment.transaction)


def test_one_correction_waits_at_a_time(payment, manager, third):
    ask("reversal", manager, wrong=payment.transaction)
    with pytest.raises(Exception, match="asked to put this right already"):
        ask("reversal", third, wrong=payment.transaction)


def test_what_a_budget_was_given_is_not_reversed(budget, manager):
    given = Transaction.objects.get(budget=budget, kind="ALLOCATE")
    with pytest.raises(corrections.NotReversible):
        ask("reversal", manager, wrong=given)


def test_a_contribution_that_was_wrong_leaves_the_pot_again(fund, manager, payer):
    put_in = Transaction.objects.get(kind="CONTRIBUTE", entries__account__pot__funder__name="Health")
    agree(ask("reversal", payer, wrong=put_in), payer_of(put_in, manager, payer))
    assert in_pot("Health") == 0
    assert differences() == []


def payer_of(wrong, manager, payer):
    """Someone who neither asked nor recorded it."""
    from people.models import Membership, User

    user = User.objects.create_user(email="nora@example.test", name="Nora Ninth")
    Membership.objects.create(user=user, role="FINANCE", starts_on=TODAY - timedelta(days=9))
    return user


def test_a_contribution_that_was_spent_is_not_reversed(make_fund, make_budget, participant, manager, payer):
    fund = make_fund("short", council=2_000_00)
    make_budget(participant, fund)
    put_in = Transaction.objects.get(kind="CONTRIBUTE", entries__account__pot__fund=fund)
    asked = ask("reversal", payer, wrong=put_in)
    with pytest.raises(ledger.NotEnough):
        agree(asked, payer_of(put_in, manager, payer))
    asked.refresh_from_db()
    assert asked.state == "ASKED"


def test_money_that_came_back_goes_to_the_budget(budget, set_aside, payment, manager, third):
    done = agree(ask("refund", manager, spend=set_aside.spend, amount=50_00, happened_on=TODAY), third)
    assert (done.posted.kind, money_of(budget).paid, money_of(budget).available) == ("REFUND", 250_00, 1_750_00)


def test_money_that_came_back_to_a_budget_without_a_sum_goes_on_to_the_fund(
    make_fund, make_budget, participant, goal, make_request, manager, payer, third
):
    fund = make_fund("open", "DISCRETIONARY", 0, council=500_00)
    budget = make_budget(participant, fund)
    spend = make_request(100_00, budget=budget)
    set_aside = services.approve_request(spend=spend, reason="Yes.", by=manager, now=NOW, key=new_key())
    services.record_payment(
        commitment=set_aside, amount=100_00, payee="S", paid_on=TODAY, by=payer, now=NOW, key=new_key()
    )
    refunded = agree(ask("refund", manager, spend=spend, amount=40_00, happened_on=TODAY), third)
    pot = Account.objects.get(kind="POT", pot__fund=fund)
    assert (pot.balance, money_of(budget).paid, money_of(budget).available) == (440_00, 60_00, 0)
    agree(ask("reversal", manager, wrong=refunded.posted), payer)  # it had not come back after all
    pot.refresh_from_db()
    assert (pot.balance, money_of(budget).paid, money_of(budget).available) == (400_00, 100_00, 0)
    assert differences() == []


@pytest.mark.parametrize("kind", ["refund", "write_off"])
def test_no_more_comes_back_or_is_written_off_than_was_paid(kind, set_aside, payment, manager):
    day = {"happened_on": TODAY} if kind == "refund" else {}
    with pytest.raises(ledger.NotEnough, match=r"Only £300 was paid"):
        ask(kind, manager, spend=set_aside.spend, amount=300_01, **day)


def test_what_was_paid_and_is_lost_stands_apart(budget, set_aside, payment, manager, third):
    agree(ask("write_off", manager, spend=set_aside.spend, amount=120_00), third)
    assert (money_of(budget).paid, money_of(budget).lost) == (180_00, 120_00)
    assert money_of(budget).total == 2_000_00
    assert differences() == []


def test_some_of_a_sum_goes_back_to_the_fund(budget, fund, manager, payer):
    before = in_pot("Council") + in_pot("Health")
    agree(ask("return", manager, budget=budget, amount=500_00), payer)
    assert money_of(budget).available == 1_500_00
    assert in_pot("Council") + in_pot("Health") == before + 500_00


def test_a_budget_without_a_sum_has_none_to_give_back(make_fund, make_budget, participant, manager):
    budget = make_budget(participant, make_fund("open", "DISCRETIONARY", 0, council=500_00))
    with pytest.raises(corrections.NoSumOfTheirOwn):
        ask("return", manager, budget=budget, amount=1_00)


def test_a_funder_takes_back_what_is_in_its_pot_and_no_more(fund, manager, payer):
    pot = Pot.objects.get(fund=fund, funder__name="Health")
    agree(ask("withdrawal", manager, pot=pot, amount=40_000_00, happened_on=TODAY), payer)
    assert in_pot("Health") == 0
    with pytest.raises(ledger.NotEnough):
        ask("withdrawal", manager, pot=pot, amount=1, happened_on=TODAY)


def test_nothing_came_back_tomorrow(set_aside, payment, manager):
    with pytest.raises(services.NotThatDay):
        ask("refund", manager, spend=set_aside.spend, amount=1, happened_on=TODAY + timedelta(days=1))


def test_a_refusal_says_why_and_moves_nothing(budget, payment, manager, third):
    asked = ask("reversal", manager, wrong=payment.transaction)
    refused = corrections.refuse(correction=asked, answer="It was right.", by=third, now=NOW, key=new_key())
    assert (refused.state, refused.answer, refused.posted) == ("REFUSED", "It was right.", None)
    assert money_of(budget).paid == 300_00


def test_only_who_asked_takes_it_back(payment, manager, third):
    asked = ask("reversal", manager, wrong=payment.transaction)
    with pytest.raises(corrections.SamePerson):
        corrections.take_back(correction=asked, by=third, now=NOW, key=new_key())
    assert corrections.take_back(correction=asked, by=manager, now=NOW, key=new_key()).state == "WITHDRAWN"


ACTS = {
    "agree": lambda row, manager, third: agree(row, third),
    "refuse": lambda row, manager, third: corrections.refuse(
        correction=row, answer="No.", by=third, now=NOW, key=new_key()
    ),
    "take_back": lambda row, manager, third: corrections.take_back(correction=row, by=manager, now=NOW, key=new_key()),
}
LEADS_TO = {"agree": "DONE", "refuse": "REFUSED", "take_back": "WITHDRAWN"}


@pytest.mark.parametrize("second", ACTS)
@pytest.mark.parametrize("first", ["", *ACTS])
def test_every_act_in_every_state(first, second, payment, manager, third):
    """A correction is answered once, whatever the answer."""
    assert set(ACTS) == set(corrections.ACTS)
    asked = ask("reversal", manager, wrong=payment.transaction)
    if first:
        ACTS[first](asked, manager, third)
        with pytest.raises(corrections.AlreadyAnswered, match="answered already"):
            ACTS[second](asked, manager, third)
    else:
        assert ACTS[second](asked, manager, third).state == LEADS_TO[second]


def test_asked_again_with_its_key_it_is_asked_for_once(set_aside, payment, manager):
    about = {"spend": set_aside.spend, "amount": 10_00, "reason": WHY, "by": manager, "now": NOW, "key": new_key()}
    first = corrections.ask_write_off(**about)
    assert corrections.ask_write_off(**about) == first
    assert Correction.objects.exclude(kind="CONTRIBUTE").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_reverses_nothing_that_two_people_did_not_agree_on(budget, set_aside, payment, third):
    with pytest.raises(IntegrityError, match="has no record"), transaction.atomic():
        ledger.reverse(command(third), payment.transaction)


@pytest.mark.parametrize("changed", ["amount = 1", "asked_by_id = answered_by_id", "state = 'ASKED'"])
def test_an_answered_correction_stays_as_it_is(changed, payment, manager, third):
    done = agree(ask("reversal", manager, wrong=payment.transaction), third)
    with acting_as(third.pk), refused("does not go that way|violates|someone else"):
        run(f"update budgets_correction set {changed} where id = {done.pk}")


def test_the_other_managers_find_it_and_who_had_a_part_in_it_does_not(payment, manager, payer, third):
    ask("reversal", manager, wrong=payment.transaction)

    def found(user):
        waiting = items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)
        return [item.reason for item in waiting if item.kind == "Correction"]

    assert found(manager) == []
    assert found(payer) == []
    assert found(third) == [f"Mona Manager asks to put £300 right: {WHY}"]


def test_where_nobody_else_may_agree_it_stays_with_who_asked_and_says_so(payment, manager, payer):
    ask("reversal", manager, wrong=payment.transaction)
    waiting = items(user=manager, whom=whom(manager, TODAY), today=TODAY, now=NOW)
    assert ["nobody else in your team" in item.reason for item in waiting if item.kind == "Correction"] == [True]


def test_what_is_asked_of_a_fund_is_on_the_books_of_everyone_else_who_may_answer(fund, manager, payer):
    pot = Pot.objects.get(fund=fund, funder__name="Health")
    ask("withdrawal", manager, pot=pot, amount=1_00, happened_on=TODAY)
    assert of_the_books(user=manager, today=TODAY) == []
    assert [item.action for item in of_the_books(user=payer, today=TODAY)] == ["Answer"]


def test_finance_corrects_nothing_of_a_person(payment, manager, payer):
    asked = ask("reversal", manager, wrong=payment.transaction)
    with acting_as(payer_of(payment, manager, payer).pk), transaction.atomic():
        assert Correction.objects.filter(pk=asked.pk).update(answer="Mine.") == 0


def test_where_nobody_else_looks_after_the_funds_it_stays_with_who_asked_and_says_so(fund, manager, payer):
    pot = Pot.objects.get(fund=fund, funder__name="Health")
    ask("withdrawal", manager, pot=pot, amount=1_00, happened_on=TODAY)
    assert of_the_books(user=manager, today=TODAY) == []
    payer.is_active = False
    payer.save()
    assert ["nobody else may agree" in item.reason for item in of_the_books(user=manager, today=TODAY)] == [True]


def test_who_asked_sees_for_two_weeks_that_someone_said_no(fund, manager, payer):
    pot = fund.pots.first()
    asked = {"pot": pot, "amount": 50_00, "happened_on": TODAY, "reference": "L1", "by": manager, "now": NOW}
    came = corrections.ask_contribution(**asked, key=new_key())
    corrections.refuse(correction=came, answer="The letter says £40.", by=payer, now=NOW, key=new_key())

    assert [item.reason for item in of_the_books(user=manager, today=TODAY)] == [
        f"{payer.name} said no to £50: The letter says £40."
    ]
    assert of_the_books(user=payer, today=TODAY) == []
    assert of_the_books(user=manager, today=TODAY + timedelta(days=14)) == []

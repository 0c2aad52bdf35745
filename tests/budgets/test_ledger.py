"""Every penny balances and keeps its source, whatever is tried."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from budgets import ledger
from budgets.models import Account, Entry, Pot, Transaction
from budgets.verification import differences
from tests.budgets.conftest import money_of
from tests.conftest import NOW


@given(
    balances=st.dictionaries(st.integers(1, 9), st.integers(0, 10**9), min_size=1, max_size=6),
    share=st.fractions(min_value=0, max_value=1),
)
def test_fair_shares_add_up_to_the_penny_and_nobody_gives_more_than_they_have(balances, share):
    amount = int(sum(balances.values()) * share)

    shares = ledger.fair_shares(amount, balances)

    assert sum(shares.values()) == amount
    assert all(0 < part <= balances[source] for source, part in shares.items())


def test_fair_shares_refuse_a_penny_too_many():
    with pytest.raises(ledger.NotEnough, match="only £10 left"):
        ledger.fair_shares(10_01, {1: 6_00, 2: 4_00})


def test_an_allocation_draws_on_each_funder_in_proportion(budget, fund):
    set_aside = {
        row["pot__funder__name"]: row["balance"]
        for row in Account.objects.filter(kind="BUDGET").values("pot__funder__name", "balance")
    }

    assert set_aside == {"Council": 1_200_00, "Health": 800_00}
    assert budget.available == 2_000_00


def test_the_same_key_twice_moves_money_once(fund, manager):
    pot = Pot.objects.with_balance().first()

    first = ledger.contribute(pot=pot, amount=5_00, by=manager, now=NOW, key="same")
    again = ledger.contribute(pot=pot, amount=5_00, by=manager, now=NOW, key="same")

    assert first == again
    assert Pot.objects.with_balance().get(pk=pot.pk).balance == pot.balance + 5_00


def test_the_same_key_for_another_sum_is_refused(fund, manager):
    pot = Pot.objects.first()
    ledger.contribute(pot=pot, amount=5_00, by=manager, now=NOW, key="same")

    with pytest.raises(ledger.KeyReused):
        ledger.contribute(pot=pot, amount=6_00, by=manager, now=NOW, key="same")


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(fund, manager, amount):
    with pytest.raises(ledger.Nothing):
        ledger.contribute(pot=Pot.objects.first(), amount=amount, by=manager, now=NOW, key="odd")


@pytest.mark.django_db(transaction=True)
def test_an_unbalanced_transaction_is_refused_by_the_database(fund, manager):
    account = Account.objects.get(kind="POT", pot=Pot.objects.first())

    with pytest.raises(DatabaseError, match="out by 100 pence"), transaction.atomic():  # noqa: PT012
        made = Transaction.objects.create(kind="CONTRIBUTE", key="bad", asked="", at=NOW, by=manager)
        Entry.objects.create(transaction=made, account=account, amount=100)


@pytest.mark.parametrize(
    "statement",
    [
        "update budgets_entry set amount = amount + 1",
        "delete from budgets_entry",
        "truncate budgets_entry cascade",
        "update budgets_transaction set kind = 'PAY'",
        "delete from budgets_transaction",
        "update budgets_account set kind = 'WORLD'",
        "delete from budgets_account",
    ],
)
def test_the_web_may_not_rewrite_the_ledger(budget, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement", ["update budgets_entry set amount = amount + 1", "delete from budgets_transaction"]
)
def test_not_even_the_owner_may_rewrite_the_ledger(budget, statement):
    with connection.cursor() as cursor:
        cursor.execute("set role none")

    with (
        pytest.raises(DatabaseError, match="Cannot (update|delete)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_account_below_zero_is_refused_by_the_database(budget):
    with pytest.raises(IntegrityError, match="only_the_world_owes"), transaction.atomic():
        Account.objects.filter(kind="BUDGET").update(balance=-1)


def test_a_refund_goes_back_to_the_funders_it_came_from(budget, make_request, manager):
    from budgets import services

    commitment = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW)
    services.record_payment(
        commitment=commitment, amount=100_00, payee="Landlord", paid_on=NOW.date(), by=manager, now=NOW, key="p"
    )

    ledger.refund(spend=commitment.spend, amount=50_00, by=manager, now=NOW, key="r")

    assert money_of(budget).available == 1_950_00
    assert differences() == []


def test_a_payment_comes_from_the_funders_of_that_request_alone(budget, make_request, manager):
    from budgets import services

    one = services.approve_request(spend=make_request(100_00, "One"), reason="Yes", by=manager, now=NOW)
    services.approve_request(spend=make_request(33_33, "Two"), reason="Yes", by=manager, now=NOW)

    services.record_payment(
        commitment=one, amount=99_99, payee="Shop", paid_on=NOW.date(), by=manager, now=NOW, key="p"
    )

    assert differences() == []
    assert money_of(budget).committed == 33_33


def test_verification_names_a_balance_that_was_tampered_with(budget):
    Account.objects.filter(kind="BUDGET", pot__funder__name="Council").update(balance=999_99)

    assert any("says £999.99; its entries say £1,200" in sentence for sentence in differences())

"""Every penny balances and keeps its source, whatever is tried."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from budgets import corrections, ledger
from budgets.commands import new_key
from budgets.models import Account, Entry, Pot, Transaction
from budgets.verification import differences
from common.postgres.actor import acting_as
from people.models import User
from tests.attacks.canaries import as_owner, without_triggers
from tests.budgets.conftest import money_of
from tests.budgets.moves import command, give_back, pay, refund, release
from tests.conftest import NOW, TODAY
from tests.money import put_in


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
        ledger.fill(10_01, {1: 6_00, 2: 4_00}, None)


def test_an_allocation_draws_on_each_funder_in_proportion(budget, fund):
    set_aside = {
        row["pot__funder__name"]: row["balance"]
        for row in Account.objects.filter(kind="BUDGET").values("pot__funder__name", "balance")
    }

    assert set_aside == {"Council": 1_200_00, "Health": 800_00}
    assert budget.available == 2_000_00


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(fund, manager, amount):
    with pytest.raises(ledger.Nothing):
        ledger.post(command(manager), [ledger.Move("CONTRIBUTE", {Pot.objects.first().pk: amount})])


@pytest.mark.django_db(transaction=True)
def test_an_unbalanced_transaction_is_refused_by_the_database(fund, manager):
    account = Account.objects.get(kind="POT", pot=Pot.objects.first())

    with pytest.raises(DatabaseError, match="out by 50 pence"), acting_as(None), transaction.atomic():  # noqa: PT012
        made = Transaction.objects.create(kind="CONTRIBUTE", key="bad", asked="", at=NOW, dated=NOW, by=manager)
        legs = ((account, 100), (Account.objects.get(kind="WORLD"), -50))
        Entry.objects.bulk_create(
            Entry(transaction=made, account=leg, amount=pence, number=9, balance=0, hash=b"") for leg, pence in legs
        )


@pytest.mark.django_db(transaction=True)
def test_a_balance_without_its_entries_is_refused_by_the_database(fund):
    """As the owner, which nothing else holds back."""
    with pytest.raises(DatabaseError, match="and its entries"), acting_as(None), transaction.atomic():
        Account.objects.filter(kind="POT").update(balance=F("balance") + 1)


@pytest.mark.django_db(transaction=True)
def test_nobody_empties_the_ledger_but_a_database_that_tests_use(fund):
    for table in ("budgets_transaction", "budgets_entry", "budgets_account"):
        with (
            pytest.raises(DatabaseError, match="only added to"),
            acting_as(None),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"drop table app_tests_set_the_clock; truncate {table} cascade")


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
    "statement",
    [
        "update budgets_entry set amount = amount + 1",
        "delete from budgets_transaction",
        "set pgtrigger.ignore = '{budgets_entry}'; delete from budgets_entry",
        "delete from budgets_account",
    ],
)
def test_not_even_the_owner_may_rewrite_the_ledger(budget, statement):
    with connection.cursor() as cursor:
        cursor.execute("set role none")

    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_account_below_zero_is_refused_by_the_database(budget):
    with pytest.raises(IntegrityError, match="only_the_world_owes"), transaction.atomic(), as_owner():
        Account.objects.filter(kind="BUDGET").update(balance=-1)


def test_a_refund_goes_back_to_the_funders_it_came_from(budget, make_request, manager, payer):
    from budgets import services

    commitment = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW, key=new_key())
    services.record_payment(
        commitment=commitment, amount=100_00, payee="Landlord", paid_on=NOW.date(), by=payer, now=NOW, key="p"
    )

    refund(commitment.spend, 50_00, manager)

    assert money_of(budget).available == 1_950_00
    assert differences() == []


def test_a_payment_comes_from_the_funders_of_that_request_alone(budget, make_request, manager, payer):
    from budgets import services

    one = services.approve_request(spend=make_request(100_00, "One"), reason="Yes", by=manager, now=NOW, key=new_key())
    services.approve_request(spend=make_request(33_33, "Two"), reason="Yes", by=manager, now=NOW, key=new_key())

    services.record_payment(commitment=one, amount=99_99, payee="Shop", paid_on=NOW.date(), by=payer, now=NOW, key="p")

    assert differences() == []
    assert money_of(budget).committed == 33_33


def test_verification_names_a_balance_that_was_tampered_with(budget):
    with as_owner():
        without_triggers(Account)
        Account.objects.filter(kind="BUDGET", pot__funder__name="Council").update(balance=999_99)

    assert any("says £999.99; its entries say £1,200" in sentence for sentence in differences())


# --- Each move, to the penny ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "balances", "shares"),
    [
        (10, {1: 10, 2: 10}, {1: 5, 2: 5}),
        (1, {2: 10, 1: 10}, {1: 1}),  # of two with the same remainder the lower id
        (3, {1: 10, 2: 10}, {1: 2, 2: 1}),
        (2, {1: 1, 2: 3}, {1: 1, 2: 1}),
        (5, {1: 1, 2: 2, 3: 3}, {1: 1, 2: 2, 3: 2}),
        (6, {1: 1, 2: 2, 3: 3}, {1: 1, 2: 2, 3: 3}),
        (4, {1: 7, 2: 3}, {1: 3, 2: 1}),
        (7, {1: 0, 2: 7}, {2: 7}),
        (0, {1: 5}, {}),
        (0, {}, {}),
        (0, {1: 0}, {}),
    ],
)
def test_fair_shares_are_by_the_largest_remainder(amount, balances, shares):
    assert ledger.fair_shares(amount, balances) == shares


def test_nothing_is_shared_of_nothing():
    with pytest.raises(ledger.NotEnough, match="only £0 left"):
        ledger.fill(1, {}, None)


def entries(made: Transaction) -> list[tuple]:
    return sorted((e.account.kind, e.account.pot and e.account.pot.funder.name, e.amount) for e in made.entries.all())


def test_each_move_goes_from_the_right_account_to_the_right_one(budget, make_request, manager, payer):
    from budgets import services

    by = {"by": manager, "now": NOW}
    spend = make_request(100_00)
    commitment = services.approve_request(spend=spend, reason="Yes", **by, key=new_key())
    committed = Transaction.objects.get(kind="COMMIT")
    paid = pay(commitment.spend, 50_00, payer)
    released = release(commitment.spend, 20_00, manager)
    refunded = refund(commitment.spend, 10_00, manager)
    returned = give_back(budget, 5_00, manager)

    def moved(source: str, target: str, pence: int) -> list[tuple]:
        parts = {"Council": pence * 6 // 10, "Health": pence * 4 // 10}
        return sorted(
            (kind, funder, sign * part)
            for kind, sign in ((source, -1), (target, 1))
            for funder, part in parts.items()
        )  # fmt: skip

    assert [entries(made) for made in (committed, paid, released, refunded, returned)] == [
        moved("BUDGET", "COMMITMENT", 100_00),
        moved("COMMITMENT", "PAID", 50_00),
        moved("COMMITMENT", "BUDGET", 20_00),
        moved("PAID", "BUDGET", 10_00),
        moved("BUDGET", "POT", 5_00),
    ]
    assert [made.kind for made in (paid, released, refunded, returned)] == ["PAY", "RELEASE", "REFUND", "RETURN"]
    assert (paid.by, paid.at, paid.budget) == (payer, NOW, budget)
    assert {(made.by, made.at, made.budget) for made in (released, refunded, returned)} == {(manager, NOW, budget)}
    assert (paid.spend, returned.spend, paid.dated) == (spend, None, NOW.date())
    now = money_of(budget)
    assert (now.available, now.committed, now.paid) == (1_925_00, 30_00, 40_00)


def test_a_contribution_comes_from_the_world(fund, manager):
    made = put_in(fund, Pot.objects.get(funder__name="Health").funder, 5_00, by=manager)

    assert entries(made) == [("POT", "Health", 5_00), ("WORLD", None, -5_00)]
    assert (made.budget, made.spend) == (None, None)


@pytest.mark.parametrize("act", [pay, release])
def test_no_request_draws_on_what_is_set_aside_for_another(budget, make_request, manager, payer, act):
    from budgets import services

    one, two = (
        services.approve_request(
            spend=make_request(amount, what), reason="Yes", by=manager, now=NOW, key=new_key()
        ).spend
        for amount, what in ((100_00, "One"), (500_00, "Two"))
    )

    with pytest.raises(ledger.NotEnough, match="only £100 left"):
        act(one, 100_01, payer)
    act(one, 100_00, payer)

    with pytest.raises(ledger.NotEnough, match="only £0 left"):
        act(one, 1, payer)
    assert money_of(budget).committed == 500_00
    assert two.pk != one.pk


def test_no_more_is_refunded_than_was_paid_for_that_request(budget, make_request, manager, payer):
    from budgets import services

    one, two = (
        services.approve_request(
            spend=make_request(100_00, what), reason="Yes", by=manager, now=NOW, key=new_key()
        ).spend
        for what in ("One", "Two")
    )
    for spend in (one, two):
        pay(spend, 60_00, payer)

    with pytest.raises(ledger.NotEnough, match="only £60 left"):
        refund(one, 60_01, manager)


def test_another_budgets_money_is_left_alone(
    make_budget, make_goal, make_request, other_participant, budget, fund, manager
):
    other = make_budget(other_participant, fund)

    give_back(budget, 2_000_00, manager)

    assert (money_of(budget).available, money_of(other).available) == (0, 2_000_00)
    with pytest.raises(ledger.NotEnough):
        give_back(budget, 1, manager)


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_by_several_requests_at_once_moves_money_once(fund, manager):
    from tests.budgets.test_services import run_together

    pot = Pot.objects.get(funder__name="Health")
    service = User.objects.service()
    about = {"pot": pot, "amount": 5_00, "happened_on": TODAY, "reference": "HB 1", "by": service}
    asked = corrections.ask_contribution(**about, now=NOW, key=new_key())
    sent = {"correction": asked, "by": manager, "now": NOW, "key": "once"}

    made = run_together(4, lambda n: corrections.agree(**sent))

    assert len({done.posted_id for done in made}) == 1
    assert Pot.objects.with_balance().get(pk=pot.pk).balance == 40_000_00 + 5_00

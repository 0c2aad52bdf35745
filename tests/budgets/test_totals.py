"""What funds hold is the sum of their accounts at every moment, whenever the night last added up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from budgets import services, totals
from budgets.commands import new_key
from budgets.models import Account, Entry, Pot, PotTotal
from budgets.verification import differences
from common.postgres.actor import acting_as
from tests.attacks.canaries import as_owner
from tests.conftest import NOW
from tests.money import put_in
from tests.threads import as_we_are

pytestmark = pytest.mark.django_db
SOON = 1  # seconds


def as_accounts_say():
    rows = Account.objects.exclude(kind="WORLD").values_list("pot", "kind").annotate(Sum("balance"))
    return {(pot, kind): pence for pot, kind, pence in rows if pence}


def as_shown():
    return {place: pence for place, pence in totals.balances().items() if pence}


def test_before_the_first_night_every_entry_is_counted(budget):
    assert as_shown() == as_accounts_say() != {}


def test_what_is_posted_after_the_night_is_counted_once(budget, fund, make_request, manager, payer):
    totals.add_up()

    spend = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW, key=new_key())
    assert as_shown() == as_accounts_say()
    services.record_payment(
        commitment=spend, amount=60_00, payee="Shop", paid_on=NOW.date(), by=payer, now=NOW, key="p"
    )
    put_in(fund, Pot.objects.first().funder, 7_00, by=manager)
    assert as_shown() == as_accounts_say()

    totals.add_up()
    assert as_shown() == as_accounts_say()
    assert Entry.objects.filter(pk__gt=PotTotal.objects.first().last_entry).count() == 0
    assert differences() == []


def test_a_fund_that_is_new_since_the_night_is_counted(fund, make_fund):
    totals.add_up()

    other = make_fund("women", charity=5_00)

    assert totals.balances()[other.pots.get().pk, "POT"] == 5_00
    assert as_shown() == as_accounts_say()


def test_a_night_with_no_money_adds_up_nothing():
    totals.add_up()

    assert (as_shown(), PotTotal.objects.count(), differences()) == ({}, 0, [])


def test_only_what_came_since_is_read(budget, django_assert_num_queries):
    totals.add_up()

    with django_assert_num_queries(2) as asked:
        totals.balances()

    [since] = [query["sql"] for query in asked if '"budgets_entry"' in query["sql"]]
    assert f'"budgets_entry"."id" > {Entry.objects.latest("pk").pk}' in since


@pytest.mark.parametrize(("pence", "words"), [(1, "its entries say"), (None, "has no sum of POT")])
def test_verification_names_a_pot_that_was_added_up_wrongly(pence, words, budget):
    totals.add_up()
    assert differences() == []

    with as_owner():
        of_pot = PotTotal.objects.filter(kind="POT", pot__funder__name="Council")
        of_pot.update(balance=pence) if pence else of_pot.delete()

    [said] = differences()
    assert words in said


@pytest.mark.parametrize(
    "statement",
    [
        "update budgets_pottotal set balance = 1",
        "delete from budgets_pottotal",
        "insert into budgets_pottotal (pot_id, kind, balance, last_entry) select id, 'PAID', 1, 1 from budgets_pot",
    ],
)
def test_no_login_writes_what_was_added_up(statement, budget):
    totals.add_up()

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_only_the_service_adds_up(budget, manager):
    with (
        pytest.raises(DatabaseError, match="the service adds up"),
        acting_as(manager.pk),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select budgets_add_up()")


@pytest.mark.django_db(transaction=True)
def test_the_night_waits_for_whoever_is_posting(fund, manager):
    """Else an entry with a lower number could come after it, and never be counted."""
    posted, may_end = Event(), Event()

    def post():
        try:
            with transaction.atomic():
                put_in(fund, Pot.objects.first().funder, 5_00, by=manager)
                posted.set()
                may_end.wait(20)
        finally:
            connection.close()

    def add_up():
        try:
            totals.add_up()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        poster = pool.submit(as_we_are(post))
        assert posted.wait(20)
        night = pool.submit(as_we_are(add_up))
        with pytest.raises(TimeoutError):
            night.result(SOON)
        may_end.set()
        night.result(20)
        poster.result(20)

    assert as_shown() == as_accounts_say()
    assert PotTotal.objects.first().last_entry == Entry.objects.latest("pk").pk

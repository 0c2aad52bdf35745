"""Every act on money set aside × every way that it can stand, and × every state of the referral it pays for."""

from __future__ import annotations

import pytest

from budgets import part_deliveries, pay_orders, repeating, services
from budgets.commands import new_key
from budgets.models import Commitment, SpendRequest
from budgets.part_deliveries import NothingToTakeBack, NotInParts
from budgets.services import COMMITMENT_ACTS, AlreadyDecided, NotDelivered
from providers import services as referring
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.providers.test_states_referral import WAY_TO, acts  # noqa: F401
from tests.states import cells, outcome_of

pytestmark = pytest.mark.django_db

SETTLED = AlreadyDecided, "This money has been paid or given back already."
UNDELIVERED = NotDelivered, "The provider has not said this was delivered yet. Ask them, then pay."
IN_PARTS = NotInParts, "Only what a provider has accepted, and not delivered yet, comes in parts."
ALL_PAID = NothingToTakeBack, "All of what came is paid. Put the payment right instead."
ENDED = {"PAID": SETTLED, "GIVEN_BACK": SETTLED}
TABLE = {
    "name_payee": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "buy_through": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "go_on": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "put_on_hold": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "take_off_hold": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "take_part_back": {"SET_ASIDE": ALL_PAID, "PART_PAID": ALL_PAID, **ENDED},
    "say_part": {"SET_ASIDE": IN_PARTS, "PART_PAID": IN_PARTS, **ENDED},
    "order_payment": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "record_payment": {"SET_ASIDE": "CLOSED", "PART_PAID": "CLOSED", **ENDED},
    "record_payment_and_more": {"SET_ASIDE": "OPEN", "PART_PAID": "OPEN", **ENDED},
    "release_commitment": {"SET_ASIDE": "CLOSED", "PART_PAID": "CLOSED", **ENDED},
}
PAY = {
    "SENT": UNDELIVERED, "ACCEPTED": UNDELIVERED, "DELIVERED": "CLOSED", "DECLINED": UNDELIVERED,
    "CANCELLED": UNDELIVERED,
}  # fmt: skip


def pay(commitment: Commitment, by, *, last: bool, amount: int = 10_00) -> None:
    key = f"pay:{commitment.payments.count()}"
    services.record_payment(
        commitment=commitment, amount=amount, payee="Shop", paid_on=TODAY, by=by, now=NOW, key=key, last=last
    )


def again(row: Commitment) -> Commitment:
    """The same, where it is paid again and again."""
    SpendRequest.objects.filter(pk=row.spend_id).update(every="WEEK", times=5)
    return row


@pytest.fixture
def do(manager, payer, officer, referral, checked):  # noqa: F811
    checked(payee="Shop")
    return {
        "go_on": lambda row: repeating.go_on(commitment=again(row), review="It helps.", by=officer, now=NOW),
        "put_on_hold": lambda row: services.put_on_hold(commitment=row, why="Half of it came.", by=officer, now=NOW),
        "take_part_back": lambda row: part_deliveries.take_back(commitment=row, why="No", by=officer, now=NOW),
        "say_part": lambda row: part_deliveries.say(commitment=row, amount=1_00, what="Some", by=officer, now=NOW),
        "take_off_hold": lambda row: services.take_off_hold(commitment=row, by=officer),
        "order_payment": lambda row: pay_orders.order_payment(
            commitment=row, amount=5_00, by=payer, now=NOW, key=new_key()
        ),
        "name_payee": lambda row: services.name_payee(commitment=row, payee="Another shop", by=officer),
        "buy_through": lambda row: services.buy_through(
            commitment=row, referral=referral, by=officer, now=NOW, key=new_key()
        ),
        "record_payment": lambda row: pay(row, payer, last=True),
        "record_payment_and_more": lambda row: pay(row, payer, last=False),
        "release_commitment": lambda row: services.release_commitment(
            commitment=row, by=manager, now=NOW, key=new_key()
        ),
    }


WAYS = {
    "SET_ASIDE": [],
    "PART_PAID": ["record_payment_and_more"],
    "PAID": ["record_payment"],
    "GIVEN_BACK": ["release_commitment"],
}


@pytest.fixture
def commitment(make_request, manager) -> Commitment:
    found = services.approve_request(spend=make_request(100_00), reason="Yes", by=manager, now=NOW, key=new_key())
    return services.name_payee(commitment=found, payee="Shop", by=manager)


@cells(TABLE)
def test_each_act_on_money_set_aside_goes_as_the_table_says(act, state, expected, commitment, do):
    for before in WAYS[state]:
        do[before](commitment)

    found = outcome_of(lambda: do[act](commitment), lambda: Commitment.objects.get(pk=commitment.pk).state, expected)

    assert found == expected


@pytest.mark.parametrize(
    ("ways", "available", "committed", "paid"),
    [
        (["record_payment"], 1_990_00, 0, 10_00),
        (["record_payment_and_more"], 1_900_00, 90_00, 10_00),
        (["release_commitment"], 2_000_00, 0, 0),
        (["record_payment_and_more", "release_commitment"], 1_990_00, 0, 10_00),
        (["record_payment_and_more", "record_payment"], 1_980_00, 0, 20_00),
    ],
)
def test_after_each_way_the_money_is_where_the_table_says(ways, available, committed, paid, commitment, do, budget):
    for act in ways:
        do[act](commitment)

    left = money_of(budget)
    assert (left.available, left.committed, left.paid) == (available, committed, paid)


@cells({"record_payment": PAY})
def test_money_tied_to_a_referral_is_paid_only_when_it_was_delivered(
    act, state, expected, commitment, do, referral, acts  # noqa: F811
):  # fmt: skip
    do["buy_through"](commitment)
    for before in WAY_TO[state]:
        acts[before](referral)

    found = outcome_of(lambda: do[act](commitment), lambda: Commitment.objects.get(pk=commitment.pk).state, expected)

    assert found == expected


def test_the_last_penny_ends_it_even_where_more_was_expected(commitment, payer):
    pay(commitment, payer, last=False, amount=100_00)

    assert Commitment.objects.get(pk=commitment.pk).state == "CLOSED"


def test_the_tables_have_every_act_and_every_state():
    assert {act.removesuffix("_and_more") for act in TABLE} == set(COMMITMENT_ACTS)
    assert all(set(row) == set(WAYS) for row in TABLE.values())
    assert set(PAY) == set(referring.State.values)

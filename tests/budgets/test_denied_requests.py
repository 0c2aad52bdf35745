"""Money that was asked for while a way in was open that the person denies: it is looked at, and not spent meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from budgets import services, work_items
from budgets.commands import new_key
from people.access import sign_in_changes
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.worklists import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(participant, manager):
    """The person's way in, which a colleague confirmed."""
    change = participant.sign_in_changes.earliest("pk")
    sign_in_changes.confirm(change=change, by=manager, now=NOW - timedelta(days=9))
    return change


@pytest.fixture
def approved(change, make_request, manager):
    return services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())


def items(user) -> list:
    return waiting(work_items, user, today=TODAY, now=NOW)


@pytest.mark.parametrize("act", ["pay", "buy"])
@pytest.mark.parametrize(("answer", "goes"), [("", False), ("refuse", False), ("confirm", True)])
def test_what_was_approved_is_spent_once_it_is_known_that_they_asked(
    approved, change, manager, payer, officer, referral, act, answer, goes  # noqa: F811
):  # fmt: skip
    sign_in_changes.dispute(change=change, now=NOW)
    if answer:
        getattr(sign_in_changes, answer)(change=change, by=manager, now=NOW)
    acts = {
        "pay": lambda: services.record_payment(
            commitment=approved, amount=50_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p"
        ),
        "buy": lambda: services.buy_through(commitment=approved, referral=referral, by=officer, now=NOW, key=new_key()),
    }

    if goes:
        acts[act]()
        return
    with pytest.raises(services.NotKnownWhoAsks, match="let them ask anew"):
        acts[act]()
    assert services.release_commitment(commitment=approved, by=manager, now=NOW, key=new_key()).closed_at


def test_a_way_in_that_was_refused_before_the_request_says_nothing_of_it(make_request, participant, manager):
    change = participant.sign_in_changes.earliest("pk")
    sign_in_changes.refuse(change=change, by=manager, now=NOW - timedelta(days=30))

    made = services.approve_request(spend=make_request(50_00), reason="Yes", by=manager, now=NOW, key=new_key())

    assert not services.is_denied(made.spend)


def test_it_is_on_the_managers_lists_and_on_no_list_of_what_to_buy(approved, change, officer, manager, payer):
    assert [item.kind for item in items(officer)] == ["Approved"]

    sign_in_changes.dispute(change=change, now=NOW)

    assert items(officer) == []
    for user in (manager, payer):
        [item] = items(user)
        assert "Do not pay it yet" in item.reason
        assert item.url == reverse("budgets:request-detail", args=[approved.spend_id])
    sign_in_changes.confirm(change=change, by=payer, now=NOW)
    assert [item.kind for item in items(officer)] == ["Approved"]
    assert items(manager) == []


def test_its_page_offers_no_payment_and_says_why(approved, change, payer, officer, client_as):
    url = reverse("budgets:request-detail", args=[approved.spend_id])
    assert "Record a payment" in client_as(payer).get(url).text

    sign_in_changes.dispute(change=change, now=NOW)
    page = client_as(payer).get(url).text

    assert "Nothing is paid." in page
    assert "Record a payment" not in page
    assert "Put the money back" in page
    assert "Tie to a referral" not in client_as(officer).get(url).text

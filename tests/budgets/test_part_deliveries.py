"""What a provider delivers in parts: each part that came may be paid, and no more than that."""

from __future__ import annotations

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from budgets import invoices, part_deliveries, services
from budgets.commands import new_key
from budgets.models import Commitment, Invoice, SpendRequest
from budgets.part_deliveries import MoreThanIsLeft, NotInParts
from budgets.services import NotDelivered
from budgets.work_items import items
from people.access.whom import whom
from people.models import Message, Team
from providers import directory, links
from providers.models import Provider, Referral
from tests.conftest import NOW, TODAY, service_account
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.providers.test_states_referral import WAY_TO, acts  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tied(make_request, manager, referral):  # noqa: F811
    """£100 is set aside for what a provider was asked for."""
    made = services.approve_request(spend=make_request(), reason="Yes", by=manager, now=NOW, key=new_key())
    return services.buy_through(commitment=made, referral=referral, by=manager, now=NOW, key=new_key())


@pytest.fixture
def accepted(tied, acts):  # noqa: F811
    for act in WAY_TO["ACCEPTED"]:
        acts[act](tied.referral)
    return Commitment.objects.select_related("referral", "spend").get(pk=tied.pk)


def say(commitment, by, amount: int = 40_00, what: str = "The first four sessions"):
    return part_deliveries.say(commitment=commitment, amount=amount, what=what, by=by, now=NOW)


def pay(commitment, payer, amount: int, *, last: bool = False):
    return services.record_payment(
        commitment=commitment, amount=amount, payee="Harbour", paid_on=TODAY, last=last, by=payer, now=NOW,
        key=new_key(),
    )  # fmt: skip


def lines(user) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)]


def test_a_part_that_came_may_be_paid_and_no_more_until_the_next(accepted, officer, payer):
    with pytest.raises(NotDelivered):
        pay(accepted, payer, 40_00)
    say(accepted, officer)
    assert any("£40 of it came (The first four sessions), and may be paid" in line for line in lines(payer))
    with pytest.raises(NotDelivered):
        pay(accepted, payer, 40_01)
    pay(accepted, payer, 40_00)
    assert not any("may be paid" in line for line in lines(payer))
    with pytest.raises(NotDelivered):
        pay(accepted, payer, 1)
    say(accepted, officer, 30_00, "Three more")
    accepted.refresh_from_db()
    assert (accepted.delivered, accepted.part_to_pay, accepted.delivered_note) == (70_00, 30_00, "Three more")
    pay(accepted, payer, 30_00)


def test_the_rest_is_paid_once_all_was_delivered(accepted, officer, payer, acts):  # noqa: F811
    say(accepted, officer)
    pay(accepted, payer, 40_00)
    acts["mark_delivered"](accepted.referral)

    pay(accepted, payer, 60_00, last=True)
    assert Commitment.objects.get().state == "CLOSED"
    with pytest.raises(services.AlreadyDecided):
        say(accepted, officer, 1)


def test_a_part_is_still_paid_where_the_rest_never_comes(accepted, officer, payer, acts):  # noqa: F811
    say(accepted, officer)
    acts["cancel"](accepted.referral)

    pay(accepted, payer, 40_00, last=True)
    assert Commitment.objects.get().remaining == 0


def test_the_rest_does_not_go_back_before_the_part_that_came_is_paid(accepted, officer, manager, payer):
    say(accepted, officer)
    with pytest.raises(services.Owing, match="£40 of it came and is not paid yet"):
        services.release_commitment(commitment=accepted, by=manager, now=NOW, key=new_key())
    pay(accepted, payer, 40_00)
    services.release_commitment(commitment=accepted, by=manager, now=NOW, key=new_key())
    assert Commitment.objects.get().state == "CLOSED"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (60_00, "That is all of it. Say on the referral that it was delivered."),
        (60_01, "£60 of it has not come yet. Enter less than that."),
    ],
)
def test_a_part_is_less_than_what_has_not_come(accepted, officer, amount, said):
    say(accepted, officer)
    with pytest.raises(MoreThanIsLeft) as refusal:
        say(accepted, officer, amount)
    assert str(refusal.value) == said
    say(accepted, officer, 59_99)


def test_only_what_was_accepted_and_is_bought_once_comes_in_parts(tied, officer, acts):  # noqa: F811
    with pytest.raises(NotInParts):
        say(tied, officer)
    for act in WAY_TO["ACCEPTED"]:
        acts[act](tied.referral)
    SpendRequest.objects.update(every="WEEK", times=5)
    with pytest.raises(NotInParts):
        say(tied, officer)


def test_the_database_keeps_a_part_within_what_was_set_aside(accepted):
    with pytest.raises(IntegrityError, match="no_more_comes"), transaction.atomic():
        Commitment.objects.update(
            delivered=100_01, delivered_note="All", delivered_by=service_account(), delivered_at=NOW
        )
    with pytest.raises(IntegrityError, match="a_part_that_came"), transaction.atomic():
        Commitment.objects.update(delivered=10_00)


def test_a_worker_says_it_on_a_page_and_the_payment_begins_with_that_part(accepted, officer, payer, client_as):
    worker, url = client_as(officer), reverse("budgets:part", args=[accepted.pk])
    assert "Say that a part came" in worker.get(f"/requests/{accepted.spend_id}/").text
    assert worker.post(url, {"what": "", "amount": ""}).status_code == 200
    assert worker.post(url, {"what": "Four sessions", "amount": "40"}).status_code == 302
    assert "£40 of it came in parts" in worker.get(f"/requests/{accepted.spend_id}/").text
    page = client_as(payer).get(reverse("budgets:pay", args=[accepted.pk])).text
    assert 'value="40.00"' in page
    assert "£40 of it came and is not paid yet" in page
    person = client_as(accepted.spend.person.user)
    assert "A part came: <bdi>Four sessions</bdi>" in person.get(f"/me/requests/{accepted.spend_id}/").text


def test_a_provider_says_it_by_their_link_and_may_send_an_invoice_for_it(accepted, payer):
    client, url = Client(), reverse("providers:referral-link", args=[links.token_for(accepted.referral)])
    assert "Send your invoice" not in client.get(url).text
    said = {"answer": "part", "t-what": "Four sessions", "t-amount": "40"}
    assert "That part may be paid" in client.post(url, said, follow=True).text
    found = Commitment.objects.get()
    assert (found.delivered, found.delivered_by.is_service) == (40_00, True)
    client.post(url, {"answer": "invoice", "i-number": "INV 7", "i-amount": "40"})
    assert Invoice.objects.get().amount == 40_00


def test_a_provider_with_accounts_says_it_on_their_own_page(accepted, make_user, client_as, provider):  # noqa: F811
    team = directory.open_accounts(provider=provider, now=NOW, by=service_account())
    client = client_as(make_user("Win Worker", "PROVIDER", team))
    reference, paid = accepted.referral.reference, reverse("budgets:remittances")
    url = reverse("budgets:our-part", args=[reference])
    assert "Not all delivered yet" in client.get(paid).text
    assert "Send us your invoice" not in client.get(paid).text
    assert accepted.spend.person.given_name not in client.get(url).text
    assert client.post(url, {"what": "Four sessions", "amount": "40"}).status_code == 302
    assert Commitment.objects.get().delivered_by.name == "Win Worker"
    page = client.get(paid).text
    assert "£40 of it came" in page
    assert "£100" not in page
    assert "Send us your invoice" in page
    sent = {"number": "INV 7", "amount": "40"}
    assert client.post(reverse("budgets:our-invoice", args=[reference]), sent).status_code == 302
    assert "Send us your invoice" not in client.get(paid).text


def test_a_provider_bills_the_rest_once_it_was_delivered(accepted, make_user, client_as, provider, officer, acts):  # noqa: F811
    team = directory.open_accounts(provider=provider, now=NOW, by=service_account())
    worker = make_user("Win Worker", "PROVIDER", team)
    say(accepted, officer)
    invoices.enter(commitment=accepted, number="INV 7", amount=40_00, by=worker, now=NOW, by_provider=True)
    assert invoices.waiting_for(worker) == []
    acts["mark_delivered"](accepted.referral)
    assert invoices.waiting_for(worker) == [accepted.referral]
    invoices.enter(commitment=accepted, number="INV 8", amount=60_00, by=worker, now=NOW, by_provider=True)
    assert invoices.waiting_for(worker) == []


def test_a_part_that_did_not_come_is_taken_back_and_the_provider_reads_why(
    accepted, officer, payer, manager, client_as
):
    say(accepted, officer)
    pay(accepted, payer, 40_00)
    say(accepted, officer, 30_00, "Three more")
    Provider.objects.update(email="desk@harbour.example")
    worker, url = client_as(officer), reverse("budgets:part-wrong", args=[accepted.pk])
    assert "Say that it did not come" in worker.get(f"/requests/{accepted.spend_id}/").text
    assert worker.post(url, {"why": ""}).status_code == 200
    assert worker.post(url, {"why": "Nobody came to the second lesson."}).status_code == 302
    found = Commitment.objects.get()
    assert (found.delivered, found.part_to_pay) == (40_00, 0)
    assert "Nobody came to the second lesson." in Message.objects.get(address="desk@harbour.example").body
    assert worker.post(url, {"why": "Again"}).status_code == 200
    services.release_commitment(commitment=accepted, by=manager, now=NOW, key=new_key())


def test_a_provider_reads_no_sum_but_the_price_agreed_with_them(accepted):
    Referral.objects.update(price=50_00)
    accepted.referral.refresh_from_db()
    client, url = Client(), reverse("providers:referral-link", args=[links.token_for(accepted.referral)])
    said = {"answer": "part", "t-what": "Four sessions"}
    for amount in ("50.01", "5000"):
        page = client.post(url, {**said, "t-amount": amount}).text
        assert "That is more than was agreed" in page
        assert "£100" not in page
    client.post(url, {**said, "t-amount": "49.99"})
    assert Commitment.objects.get().delivered == 49_99


def test_a_part_that_came_stays_with_whoever_gave_it(accepted, make_referral, officer, acts):  # noqa: F811
    say(accepted, officer)
    acts["cancel"](accepted.referral)
    with pytest.raises(services.PartCame):
        services.buy_through(commitment=accepted, referral=make_referral(), by=officer, now=NOW, key=new_key())


def test_what_a_provider_does_not_give_is_on_the_workers_list(accepted, officer, payer, acts):  # noqa: F811
    acts["cancel"](accepted.referral)

    assert any("does not give A deposit, and £100 is set aside" in line for line in lines(officer))
    assert "Tie to a referral" not in lines(payer)


def test_a_last_payment_leaves_no_part_unpaid(accepted, officer, payer):
    say(accepted, officer)
    with pytest.raises(services.Owing, match="£40 of it is to be paid"):
        pay(accepted, payer, 20_00, last=True)
    pay(accepted, payer, 20_00)
    pay(accepted, payer, 20_00, last=True)


def test_another_provider_reads_and_says_nothing_of_it(accepted, make_user, client_as):
    stranger = client_as(make_user("Ola Other", "PROVIDER", Team.objects.create(name="Another", kind="PROVIDER")))
    reference = accepted.referral.reference
    url = reverse("budgets:our-part", args=[reference])

    assert reference not in stranger.get(reverse("budgets:remittances")).text
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {"what": "Four sessions", "amount": "40"}).status_code == 404
    assert Commitment.objects.get().delivered == 0


@pytest.mark.parametrize("but", ["sent", "cancelled", "paid", "repeating", "untied", ""])
def test_a_provider_is_asked_of_what_they_accepted_and_is_not_all_here(
    but, tied, acts, make_user, provider, officer, manager  # noqa: F811
):  # fmt: skip
    worker = make_user(
        "Win Worker", "PROVIDER", directory.open_accounts(provider=provider, now=NOW, by=service_account())
    )
    if but != "sent":
        acts["accept"](tied.referral)
    if but == "cancelled":
        acts["cancel"](tied.referral)
    elif but == "paid":
        services.release_commitment(commitment=tied, by=manager, now=NOW, key=new_key())
    elif but == "repeating":
        SpendRequest.objects.update(every="WEEK", times=5)
    elif but == "untied":
        Commitment.objects.update(referral=None)

    assert len(part_deliveries.waiting_for(worker)) == (not but)
    page = Client().get(reverse("providers:referral-link", args=[links.token_for(tied.referral)])).text
    assert ("Have you delivered a part of it?" in page) == (not but)


def test_what_a_provider_reads_of_a_part_taken_back_names_the_referral(accepted, officer):
    Provider.objects.update(email="desk@harbour.example")
    say(accepted, officer)
    part_deliveries.take_back(commitment=accepted, why="Nobody came.", by=officer, now=NOW)

    said = Message.objects.get(address="desk@harbour.example").body
    assert f"for referral {accepted.referral.reference}: Nobody came." in said
    assert Commitment.objects.get().delivered_note == ""

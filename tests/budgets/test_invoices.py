"""Invoices and credit notes: by a provider's link, on their own pages, or entered with a picture of the paper."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from budgets import corrections, invoices, services
from budgets.commands import new_key
from budgets.models import Commitment, Invoice, PayOrder
from budgets.work_items import items
from common.postgres.actor import acting_as
from people.access.whom import whom
from people.models import Message, Team
from providers import directory, links
from tests.conftest import NOW, TODAY, service_account
from tests.people.files import a_png
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.providers.test_states_referral import WAY_TO, acts  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def set_aside(make_request, manager):
    def make(amount: int = 100_00):
        spend = make_request(amount)
        made = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
        return services.name_payee(commitment=made, payee="Shop", by=manager)

    return make


@pytest.fixture
def delivered(set_aside, referral, manager, acts):  # noqa: F811
    """£100 is set aside for what a provider delivered."""
    made = services.buy_through(commitment=set_aside(), referral=referral, by=manager, now=NOW, key=new_key())
    for act in WAY_TO["DELIVERED"]:
        acts[act](referral)
    made.refresh_from_db()
    return made


def enter(commitment, by, number: str = "INV 7", amount: int = 80_00, **over) -> Invoice:
    return invoices.enter(commitment=commitment, number=number, amount=amount, by=by, now=NOW, **over)


def pay(commitment, payer, amount: int = 80_00, invoice: str = "inv-7", last: bool = False):
    return services.record_payment(
        commitment=commitment, amount=amount, payee="Shop", invoice=invoice, paid_on=TODAY, last=last, by=payer,
        now=NOW, key=new_key(),
    )  # fmt: skip


def lines(user) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)]


def test_an_invoice_is_paid_once_a_payment_names_its_number(set_aside, officer, payer):
    made = set_aside()
    bill = enter(made, officer)
    assert invoices.still_to_pay(invoices.of_line(made)) == [bill]
    pay(made, payer, 30_00)
    found = invoices.of_line(made)[0]
    assert (found.paid, found.paid_on, found.to_pay) == (30_00, TODAY, 50_00)
    assert invoices.still_to_pay([found]) == []
    with pytest.raises(Exception, match="recorded already"):
        pay(made, payer, 50_00, "INV-7 ")


def test_a_payment_that_is_put_right_leaves_it_to_be_paid(set_aside, officer, manager, payer, make_user, team):
    made = set_aside()
    enter(made, officer)
    payment = pay(made, payer)
    wrong = corrections.ask_reversal(wrong=payment.transaction, reason="No", by=manager, now=NOW, key=new_key())
    third = make_user("Thea Third", "MANAGER", team)
    corrections.agree(correction=wrong, by=third, now=NOW, key=new_key())
    assert invoices.of_line(made)[0].to_pay == 80_00


def test_the_same_number_is_sent_once_however_it_is_written(set_aside, officer):
    made = set_aside()
    enter(made, officer)
    with pytest.raises(Exception, match="is here already"):
        enter(made, officer, "inv-7")
    assert enter(set_aside(), officer, "inv-7").pk


def test_a_credit_note_takes_some_of_an_invoice_back_and_no_more(set_aside, officer):
    made = set_aside()
    bill = enter(made, officer)
    note = enter(made, officer, "CN 1", 30_00, credits=bill)
    found = invoices.of_line(made)[0]
    assert (found.credited, found.to_pay) == (30_00, 50_00)
    with pytest.raises(invoices.MoreThanBilled, match="£50 of that invoice is left"):
        enter(made, officer, "CN 2", 50_01, credits=bill)
    with pytest.raises(invoices.NothingToBill):
        enter(made, officer, "CN 3", 1_00, credits=note)
    with pytest.raises(invoices.NothingToBill):
        enter(set_aside(), officer, "CN 4", 1_00, credits=bill)


def owed(made) -> list[tuple[int, int]]:
    found = invoices.to_settle(Commitment.objects.filter(pk=made.pk))
    return [(each.owed, each.left) for each in found]


def back(made, amount: int, payer, make_user, team) -> None:
    asked = corrections.ask_refund(
        spend=made.spend, amount=amount, happened_on=TODAY, reason="Credited", by=payer, now=NOW, key=new_key()
    )
    third = make_user("Thea Third", "MANAGER", team)
    corrections.agree(correction=asked, by=third, now=NOW, key=new_key())


def test_what_is_credited_after_it_was_paid_is_on_the_payers_list_until_it_comes_back(
    set_aside, officer, manager, payer, make_user, team
):
    made = set_aside()
    bill = enter(made, officer)
    pay(made, payer, last=True)
    assert owed(made) == []
    enter(made, officer, "CN 1", 30_00, credits=bill)
    said = "£30 of what was paid for A deposit is credited, and has not come back. Ask."
    assert said in lines(manager)
    assert said not in lines(officer)
    back(made, 30_00, payer, make_user, team)
    assert said not in lines(manager)
    assert owed(made) == []


def test_what_came_back_before_the_credit_note_is_not_asked_for_again(set_aside, officer, payer, make_user, team):
    made = set_aside()
    bill = enter(made, officer)
    pay(made, payer, last=True)
    back(made, 30_00, payer, make_user, team)
    enter(made, officer, "CN 1", 30_00, credits=bill)
    assert owed(made) == []


def test_what_was_credited_before_it_was_paid_is_owed_by_nobody(set_aside, officer, payer):
    made = set_aside()
    enter(made, officer, "CN 1", 30_00, credits=enter(made, officer))
    assert owed(made) == []
    pay(made, payer, 50_00)
    assert owed(made) == []
    bill = enter(made, officer, "INV 9", 500_00)
    pay(made, payer, 50_00, "INV 9", last=True)
    enter(made, officer, "CN 9", 400_00, credits=bill)
    assert owed(made) == [(0, 50_00)]  # the rest of the bill, and the money has gone back


def test_a_bill_for_money_that_has_gone_back_is_on_the_payers_list(set_aside, officer, payer, manager):
    made = set_aside()
    bill = enter(made, officer)
    services.release_commitment(commitment=made, by=payer, now=NOW, key=new_key())
    assert any(
        "£80 of a bill for A deposit is not paid, and no money is left for it." in line for line in lines(manager)
    )
    invoices.refuse(invoice=bill, why="It was not bought.", by=manager, now=NOW)
    assert owed(made) == []


def test_what_is_not_right_is_not_paid_by_that_number(set_aside, officer, payer):
    made = set_aside()
    bill = enter(made, officer)
    invoices.refuse(invoice=bill, why="No", by=officer, now=NOW)
    with pytest.raises(services.NotRight):
        pay(made, payer)
    enter(made, officer, "INV 7")
    assert pay(made, payer).pk


def test_what_is_on_its_way_to_the_bank_is_not_refused(set_aside, officer, payer, monkeypatch):
    made = set_aside()
    bill = enter(made, officer)
    PayOrder.objects.create(
        commitment=made, fund=made.spend.budget.fund, payee="Shop", invoice="inv 7", amount=1, last=False,
        ordered_by=payer, ordered_at=NOW,
    )  # fmt: skip
    with pytest.raises(invoices.PaidAlready, match="on its way"):
        invoices.refuse(invoice=bill, why="No", by=officer, now=NOW)


def test_a_provider_sends_no_more_than_twenty_for_one_thing_and_none_where_nobody_is_named(
    delivered, officer, make_request, manager, monkeypatch
):
    monkeypatch.setattr(invoices, "MOST_SENT", 2)
    for number in ("1", "2"):
        enter(delivered, officer, number, by_provider=True)
    with pytest.raises(invoices.NothingToBill, match="You have sent 2"):
        enter(delivered, officer, "3", by_provider=True)
    assert enter(delivered, officer, "3").pk
    bare = services.approve_request(spend=make_request(), reason="Yes", by=manager, now=NOW, key=new_key())
    with pytest.raises(invoices.NothingToBill, match="Say first who is to be paid"):
        enter(bare, officer)


def test_whoever_billed_it_does_not_pay_it(delivered, payer):
    enter(delivered, payer, by_provider=True)
    with pytest.raises(services.OwnRequest):
        pay(delivered, payer)


def test_an_invoice_that_is_not_right_is_not_paid_and_its_provider_is_told(delivered, officer):
    bill = enter(delivered, officer)
    invoices.refuse(invoice=bill, why="It is for eight sessions, and there were six.", by=officer, now=NOW)
    assert invoices.still_to_pay(invoices.of_line(delivered)) == []
    told = Message.objects.filter(subject="Your invoice")
    assert [message.body for message in told] == [
        "We cannot pay your invoice INV 7 as it is: It is for eight sessions, and there were six. Please send another, "
        f"for referral {delivered.referral.reference}."
    ]
    assert enter(delivered, officer, amount=60_00).pk  # the number again, once it is right
    invoices.refuse(invoice=bill, why="Again", by=officer, now=NOW)
    assert told.count() == 1


def test_what_is_paid_is_not_refused_and_what_is_closed_takes_no_invoice(set_aside, officer, payer):
    made = set_aside()
    bill = enter(made, officer)
    pay(made, payer, last=True)
    with pytest.raises(invoices.PaidAlready):
        invoices.refuse(invoice=bill, why="No", by=officer, now=NOW)
    with pytest.raises(invoices.NothingToBill):
        enter(made, officer, "INV 8")


def test_a_provider_with_no_account_sends_an_invoice_with_a_picture_by_the_link(delivered, payer):
    client, url = Client(), reverse("providers:referral-link", args=[links.token_for(delivered.referral)])
    assert "Send your invoice" in client.get(url).text
    assert "Enter the invoice number" in client.post(url, {"answer": "invoice", "i-number": "", "i-amount": "9"}).text
    picture = SimpleUploadedFile("bill.png", a_png(), "image/png")
    typed = {"answer": "invoice", "i-number": "INV 7", "i-amount": "80", "i-picture": picture}
    assert "Your invoice is with whoever pays" in client.post(url, typed, follow=True).text
    bill = Invoice.objects.get()
    assert (bill.by_provider, bill.by.is_service, bill.amount, bill.picture.title, bill.picture.shared_with_person) == (
        True, True, 80_00, "Invoice INV 7", False,
    )  # fmt: skip
    again = client.post(url, {"answer": "invoice", "i-number": "inv 7", "i-amount": "80"})
    assert "is here already" in again.text
    assert any("Invoice INV 7 is here." in line for line in lines(payer))


def test_a_provider_with_accounts_sends_one_from_their_own_page(delivered, make_user, client_as, payer, provider):  # noqa: F811
    team = directory.open_accounts(provider=provider, now=NOW, by=service_account())
    client = client_as(make_user("Win Worker", "PROVIDER", team))
    other = Team.objects.create(name="Another", kind="PROVIDER")
    reference = delivered.referral.reference
    url = reverse("budgets:our-invoice", args=[reference])
    assert reference in client.get(reverse("budgets:remittances")).text
    page = client.get(url).text
    assert delivered.spend.person.given_name not in page
    assert client.post(url, {"number": "", "amount": ""}).status_code == 200
    picture = SimpleUploadedFile("bill.png", a_png(), "image/png")
    assert client.post(url, {"number": "INV 7", "amount": "80", "picture": picture}).status_code == 302
    bill = Invoice.objects.get()
    assert (bill.by_provider, bill.by.name, bill.picture.shared_with_person) == (True, "Win Worker", False)
    assert reference not in client.get(reverse("budgets:remittances")).text
    stranger = client_as(make_user("Ola Other", "PROVIDER", other))
    assert stranger.get(url).status_code == 404
    assert reference not in stranger.get(reverse("budgets:remittances")).text


def test_a_provider_who_has_not_delivered_is_asked_for_no_invoice(set_aside, referral, manager, acts):  # noqa: F811
    made = services.buy_through(commitment=set_aside(), referral=referral, by=manager, now=NOW, key=new_key())
    for act in WAY_TO["ACCEPTED"]:
        acts[act](referral)
    client, url = Client(), reverse("providers:referral-link", args=[links.token_for(made.referral)])
    assert "Send your invoice" not in client.get(url).text
    client.post(url, {"answer": "invoice", "i-number": "INV 7", "i-amount": "80"})
    assert not Invoice.objects.exists()


def test_the_pay_page_offers_the_invoice_and_what_is_left_of_it(delivered, officer, payer, client_as):
    bill = enter(delivered, officer, picture=("bill.png", a_png()))
    enter(delivered, officer, "CN 1", 30_00, credits=bill)
    page = client_as(payer).get(reverse("budgets:pay", args=[delivered.pk])).text
    assert 'value="INV 7"' in page
    assert 'value="50"' in page or 'value="50.00"' in page
    assert "of which £30 is credited" in " ".join(page.split())
    enter(delivered, officer, "INV 9", 500_00)
    invoices.refuse(invoice=bill, why="No", by=officer, now=NOW)
    assert "That is more than is set aside" in client_as(payer).get(reverse("budgets:pay", args=[delivered.pk])).text


def test_a_colleague_enters_refuses_and_credits_on_pages(client_as, officer, set_aside):
    made = set_aside()
    client, url = client_as(officer), reverse("budgets:invoice-new", args=[made.pk])
    assert client.post(url, {}).status_code == 200
    client.post(url, {"number": "INV 7", "amount": "80"})
    bill = Invoice.objects.get()
    client.post(url, {"number": "CN 1", "amount": "30", "credits": bill.pk})
    page = " ".join(client.get(reverse("budgets:request-detail", args=[made.spend_id])).text.split())
    assert "£50 to be paid, £30 credited" in page
    assert "Credit note for <bdi>INV 7</bdi>" in page
    no = reverse("budgets:invoice-refuse", args=[made.pk, bill.pk])
    assert client.post(no, {"why": ""}).status_code == 200
    client.post(no, {"why": "Not ours."})
    assert client.get(no).status_code == 404
    page = " ".join(client.get(reverse("budgets:request-detail", args=[made.spend_id])).text.split())
    assert "Not right: <bdi>Not ours.</bdi>" in page


def test_the_database_keeps_an_invoice_as_it_was_sent(set_aside, officer, manager, other_officer):
    made = set_aside()
    bill = enter(made, officer)
    for by, changes in (
        (officer, {"amount": 1_00}),
        (officer, {"by_provider": True}),
        (officer, {"refused_why": "x", "refused_by": manager, "refused_at": NOW}),
        (other_officer, {"refused_why": "x", "refused_by": other_officer, "refused_at": NOW}),
    ):
        with suppress(DatabaseError), acting_as(by.pk), transaction.atomic():
            Invoice.objects.filter(pk=bill.pk).update(**changes)
        bill.refresh_from_db()
        assert (bill.amount, bill.by_provider, bill.refused_at) == (80_00, False, None)
    with pytest.raises(DatabaseError), acting_as(officer.pk), transaction.atomic():
        Invoice.objects.create(commitment=made, number="x", amount=1, by=officer, at=NOW, by_provider=True)
    other = set_aside()
    with pytest.raises(DatabaseError), acting_as(officer.pk), transaction.atomic():
        Invoice.objects.create(commitment=other, number="x", amount=1, by=officer, at=NOW, credits=bill)


def test_invoices_of_weeks_before_are_offered_the_oldest_first(set_aside, officer):
    made = set_aside()
    second = enter(made, officer, "INV 8")
    first = enter(made, officer, "INV 6")
    Invoice.objects.filter(pk=first.pk).update(at=NOW - timedelta(days=9))
    assert [each.number for each in invoices.of_line(made)] == ["INV 6", "INV 8"]
    assert invoices.still_to_pay(invoices.of_line(made)) == [first, second]

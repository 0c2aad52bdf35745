"""Payments by bank through their pages: each role does its own part, with what is typed wrong kept and named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from budgets import pay_runs
from budgets.models import BankEntry, BankStatement, Commitment, PayeeAccount, PayingAccount, Payment, PayOrder, PayRun
from common.working_days import Nation, is_working_day
from people.models import AccessEvent, Team
from providers import directory
from providers.models import Provider
from tests.budgets.conftest import money_of
from tests.budgets.test_views_books import day

pytestmark = pytest.mark.django_db
DETAILS = {
    "account_name": "Harbour Lettings Ltd", "sort_code": "20-00-00", "account_number": "1234 5678",
    "came_by": "Invoice 7",
}  # fmt: skip
CHECKED = {"channel": "RANG", "spoke_to": "Mr Hill", "name_check": "SAME"}


def pay_day() -> date:
    return pay_runs.first_bacs_day(timezone.localdate())


@pytest.fixture
def pages(client_as):
    """`pages(user, "name", *args)` opens a page; with `sent` it sends its form and follows."""

    def go(user, name: str, *args, sent=None) -> str:
        client, url = client_as(user), reverse(f"budgets:{name}", args=args)
        answer = client.get(url) if sent is None else client.post(url, sent, follow=True)
        assert answer.status_code == 200
        return answer.text

    return go


@pytest.fixture
def provider_team(db) -> tuple[Team, Provider]:
    """A provider's team, and the provider."""
    team = Team.objects.create(name="House", kind=Team.Kind.PROVIDER)
    made = directory.add_provider(
        name="Harbour Lettings",
        by=None,
        today=timezone.localdate(),
        size="SMALL",
        sector="CHARITY",
        email="h@x.uk",
    )
    made.team = team
    made.save()
    return team, made


@pytest.fixture
def ordered(set_aside, checked, pages, payer) -> PayOrder:
    """A payment that a manager ordered on the page."""
    checked()
    commitment = set_aside()
    sent = {"how": "BANK", "amount": "100", "payee": "harbour lettings", "invoice": "1043", "more": "no"}
    assert "Ordered. It goes with the next pay run" in pages(payer, "pay", commitment.pk, sent=sent)
    return PayOrder.objects.get()


def drafted(pages, fay, ours, order: PayOrder) -> PayRun:
    sent = {"orders": [order.pk], "account": ours.pk, **day("pay_on", pay_day())}
    assert "A second finance officer has to approve it" in pages(fay, "pay-run-new", sent=sent)
    return PayRun.objects.get()


def upload(client, account: PayingAccount, text: str):
    file = SimpleUploadedFile("june.csv", text.encode(), "text/csv")
    return client.post(reverse("budgets:bank"), {"account": account.pk, "file": file}, follow=True).text


def test_from_bank_details_to_paid_each_does_their_part_on_their_pages(
    set_aside, pages, payer, fay, finn, client_as, budget, participant
):
    commitment = set_aside()
    assert "There are no checked bank details of" in pages(payer, "pay", commitment.pk)
    assert "A finance officer checks it" in pages(payer, "commitment-account", commitment.pk, sent=DETAILS)
    account = PayeeAccount.objects.get()
    assert (account.payee, account.sort_code, account.account_number) == ("Harbour Lettings", "200000", "12345678")
    assert "12345678" in pages(fay, "payee-account", account.pk)
    assert "Checked" in pages(fay, "payee-account", account.pk, sent=CHECKED)
    assert "12345678" not in pages(fay, "payee-account", account.pk)  # only its end, from now on

    pages(payer, "pay", commitment.pk, sent={"how": "BANK", "amount": "100", "payee": "Harbour Lettings", "more": "no"})
    order = PayOrder.objects.get()
    assert "Added." in pages(fay, "paying-account-new", sent={
        "name": "Our fund", "sort_code": "309999", "account_number": "87654321"})  # fmt: skip
    run = drafted(pages, fay, PayingAccount.objects.get(), order)
    assert "You drafted it" in pages(fay, "pay-run", run.pk)
    pages(fay, "pay-run-approve", run.pk, sent={})
    assert PayRun.objects.get().state == "TO_APPROVE"
    assert "Take the file to the bank." in pages(finn, "pay-run-approve", run.pk, sent={})

    assert client_as(finn).get(reverse("budgets:pay-run-file", args=[run.pk])).status_code == 404
    assert "Download the file: Bacs list" in pages(finn, "pay-run-take", run.pk, "bacs-csv", sent={})
    assert "Someone else has changed this pay run" in pages(finn, "pay-run-take", run.pk, "pain001", sent={})
    file = client_as(finn).get(reverse("budgets:pay-run-file", args=[run.pk]))
    assert file["Content-Disposition"] == f'attachment; filename="{run.reference}.csv"'
    assert b"12345678,HARBOUR LETTINGS L,100.00" in file.content
    assert AccessEvent.objects.filter(user=finn, kind="EXPORT", participants=[participant.pk]).exists()

    text = f"Date,Details,Amount\n{timezone.localdate():%d/%m/%Y},{order.reference},-100.00\n"
    assert "1 paid, 0 came back." in upload(client_as(fay), PayingAccount.objects.get(), text)
    assert money_of(budget).paid == 100_00
    assert "Paid," in pages(finn, "pay-run", run.pk)
    assert AccessEvent.objects.filter(user=fay, why="FINANCE", participants=[participant.pk]).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sort_code": "20-00"}, "A sort code has six numbers"), ({"account_number": "1234567"}, "eight numbers"),
        ({"account_number": "abcdefgh"}, "eight numbers"), ({"account_name": ""}, "Enter name on the account."),
        ({"came_by": ""}, "Enter how they told us."),
    ],
)  # fmt: skip
def test_bank_details_that_are_none_are_named_and_kept(typed, said, set_aside, pages, payer):
    page = pages(payer, "commitment-account", set_aside().pk, sent={**DETAILS, **typed})
    assert said in page
    assert "Invoice 7" in page or "came_by" in typed
    assert PayeeAccount.objects.count() == 0


def test_who_typed_details_is_told_that_someone_else_checks(pages, fay):
    pages(fay, "payee-account-new", sent={"payee": "Quay Rooms", **DETAILS})
    account = PayeeAccount.objects.get()
    assert "You entered these, so someone else checks them." in pages(fay, "payee-account", account.pk)
    assert "someone else checks them" in pages(fay, "payee-account", account.pk, sent=CHECKED)
    assert PayeeAccount.objects.get().state == "TO_CHECK"


def test_details_are_refused_or_ended_with_a_reason(pages, fay, finn, checked):
    pages(fay, "payee-account-new", sent={"payee": "Quay Rooms", **DETAILS})
    to_check, used = PayeeAccount.objects.get(), checked()
    assert "Enter why." in pages(finn, "payee-account-end", to_check.pk, sent={"why": ""})
    pages(finn, "payee-account-end", to_check.pk, sent={"why": "A wrong number"})
    pages(finn, "payee-account-end", used.pk, sent={"why": "They moved"})
    assert {each.state for each in PayeeAccount.objects.all()} == {"REFUSED", "ENDED"}


def test_by_bank_it_goes_to_whom_the_request_names_alone(set_aside, checked, pages, payer):
    checked()
    commitment = set_aside()
    sent = {"how": "BANK", "amount": "100", "payee": "Mallory", "more": "no"}
    assert "By bank it goes to Harbour Lettings." in pages(payer, "pay", commitment.pk, sent=sent)
    sent |= {"how": "DONE"}
    assert "Enter the day on which it was paid." in pages(payer, "pay", commitment.pk, sent=sent)
    sent |= day("paid_on", timezone.localdate())
    assert "The payment is recorded." in pages(payer, "pay", commitment.pk, sent=sent)
    assert (PayOrder.objects.count(), Payment.objects.get().payee) == (0, "Mallory")


def test_what_was_ordered_is_taken_back_until_it_is_in_a_run(ordered, pages, payer, fay, ours):
    page = pages(payer, "request-detail", ordered.commitment.spend_id)
    assert "Waits for a pay run" in page
    assert "Record a payment" not in page
    pages(payer, "order-take-back", ordered.commitment_id, ordered.pk, sent={})
    assert PayOrder.objects.get().state == "TAKEN_BACK"
    assert "Record a payment" in pages(payer, "request-detail", ordered.commitment.spend_id)


def test_a_run_asks_for_a_payment_an_account_and_a_working_day(ordered, pages, fay, ours):
    page = pages(fay, "pay-run-new", sent={})
    assert "Choose a payment" in page
    sunday = next(each for each in (pay_day() + timedelta(days=n) for n in range(9)) if not is_working_day(
        each, Nation.ENGLAND_AND_WALES))  # fmt: skip
    sent = {"orders": [ordered.pk], "account": ours.pk, **day("pay_on", sunday)}
    assert "Banks pay on working days." in pages(fay, "pay-run-new", sent=sent)
    assert PayRun.objects.count() == 0


def test_a_run_is_cancelled_with_a_reason_and_what_came_back_is_entered_with_its_day(ordered, pages, fay, finn, ours):
    run = drafted(pages, fay, ours, ordered)
    assert "Enter why." in pages(finn, "pay-run-cancel", run.pk, sent={"why": ""})
    pages(finn, "pay-run-cancel", run.pk, sent={"why": "Twice"})
    assert PayOrder.objects.get().state == "READY"
    sent = {"orders": [ordered.pk], "account": ours.pk, **day("pay_on", pay_day())}
    pages(fay, "pay-run-new", sent=sent)
    run = PayRun.objects.get(state="TO_APPROVE")
    pages(finn, "pay-run-approve", run.pk, sent={})
    assert "has not gone to the bank yet" in pages(finn, "pay-order-failed", ordered.pk, sent={
        "code": "5", **day("answered_on", timezone.localdate())})  # fmt: skip
    pages(finn, "pay-run-take", run.pk, "pain001", sent={})
    page = pages(finn, "pay-order-failed", ordered.pk, sent={"code": ""})
    assert "There is a problem" in page
    pages(finn, "pay-order-failed", ordered.pk, sent={"code": "5", **day("answered_on", timezone.localdate())})
    assert PayOrder.objects.get().state == "FAILED"


def test_a_file_that_is_no_statement_says_so_and_nothing_of_it_stays(ours, fay, client_as):
    page = upload(client_as(fay), ours, "Date,Details,Amount\n31/06/2026,x,-1.00\n")
    assert "“31/06/2026” on line 2 is no day" in page
    assert BankStatement.objects.count() == 0


def test_unknown_lines_are_paged_noted_and_matched(ours, fay, client_as, pages, world, budget):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    rows = "\n".join(f"03/06/2026,line {nth},-{nth + 200}.00" for nth in range(30))
    page = upload(client_as(fay), ours, f"Date,Details,Amount\n03/06/2026,HARBOUR,-100.00\n{rows}\n")
    assert "31 are to be looked at." in page
    listed = pages(fay, "bank")
    assert "line 3" in listed
    assert "line 29" not in listed
    assert "line 29" in client_as(fay).get(reverse("budgets:bank"), {"lines": 2}).text
    line = BankEntry.objects.get(pence=-100_00)
    assert "It is a payment of ours" in pages(fay, "bank-entry", line.pk)
    assert "Choose an answer" in pages(fay, "bank-entry-match", line.pk, sent={"pay_order": ""})
    assert "Done." in pages(fay, "bank-entry-match", line.pk, sent={"pay_order": made.pk})
    assert money_of(budget).paid == 100_00
    other = BankEntry.objects.filter(outcome="OPEN").first()
    assert "It is a payment of ours" not in pages(fay, "bank-entry", other.pk)
    pages(fay, "bank-entry", other.pk, sent={"note": "The fee."})
    assert BankEntry.objects.get(pk=other.pk).noted_by == fay


def test_a_provider_reads_what_it_is_paid_and_no_one_elses(world, make_user, provider_team, pages):
    team, provider = provider_team
    world.checked()
    made = world.order(world.set_aside(), invoice="77")
    PayOrder.objects.filter(pk=made.pk).update(provider=provider)
    mine, others = make_user("Pia Provider", "PROVIDER", team), make_user("Pat Provider", "PROVIDER")
    page = pages(mine, "remittances")
    assert made.reference in page
    assert "77" in page
    assert "On its way since" in page
    assert made.reference not in pages(others, "remittances")


def test_money_goes_on_hold_and_off_and_goes_on_half_way(set_aside, pages, officer):
    commitment = set_aside()
    assert "Enter why." in pages(officer, "hold", commitment.pk, sent={"why": ""})
    assert "On hold" in pages(officer, "hold", commitment.pk, sent={"why": "Half of it came."})
    assert "Half of it came." in pages(officer, "request-detail", commitment.spend_id)
    pages(officer, "off-hold", commitment.pk, sent={})
    assert Commitment.objects.get(pk=commitment.pk).on_hold_why == ""
    assert "paid once" in pages(officer, "go-on", commitment.pk, sent={"review": "It helps."})
    commitment.spend.__class__.objects.filter(pk=commitment.spend_id).update(every="WEEK", times=4)
    assert "It goes on." in pages(officer, "go-on", commitment.pk, sent={"review": "It helps."})
    assert Commitment.objects.get(pk=commitment.pk).review == "It helps."

"""Money for practitioners and managers: what the pages show, what their forms do, and how they say no."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budgets import services
from budgets.commands import new_key
from budgets.models import Budget, Commitment, Payment, SpendRequest, Transaction
from people.models import Enrolment
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401

pytestmark = pytest.mark.django_db

ASK = {
    "without_money": "My aunt asked round.", "what": "A bus pass", "amount": "£45.50", "purpose": "TRAVEL",
    "for_whom": "ME", "why": "To get to work.",
}  # fmt: skip
PAID = {
    "amount": "40", "payee": "Buses Ltd", "invoice": "B-7", "more": "no", "paid_on-day": "1", "paid_on-month": "6",
    "paid_on-year": "2026",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def go(client_as):
    """Open a page of this floor as someone, or send its form; gives the page it ends on."""

    def send(user, name: str, *args: object, data: dict | None = None):
        client, url = client_as(user), reverse(f"budgets:{name}", args=args)
        return client.get(url) if data is None else client.post(url, data, follow=True)

    return send


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def commitment(make_request, manager) -> Commitment:
    return services.approve_request(
        spend=make_request(100_00), reason="It keeps a roof.", by=manager, now=NOW, key=new_key()
    )


# --- A person's money --------------------------------------------------------------------------


def test_person_money_shows_each_sum_where_it_is(go, commitment, manager, participant, officer, payer):
    services.record_payment(
        commitment=commitment, amount=30_00, payee="Shop", paid_on=TODAY, by=payer, now=NOW, key="p", last=False
    )

    page = go(officer, "person-money", participant.ref)

    budget = page.context["budgets"][0].budget
    assert (budget.available, budget.committed, budget.paid) == (1_900_00, 70_00, 30_00)
    assert all(sum_ in words(page) for sum_ in ("£1,900", "£70", "£30", "A deposit"))


def test_person_money_lists_no_draft_and_no_one_elses(go, budget, goal, participant, officer):
    services.start_request(budget=budget, goal=goal, without_money="No", by=officer)

    assert list(go(officer, "person-money", participant.ref).context["requests"]) == []


@pytest.mark.parametrize(("role", "may"), [("officer", False), ("manager", True)])
def test_only_a_manager_is_offered_to_open_a_budget(role, may, go, fund, participant, manager, request):
    enrolment = enrol(participant, fund, manager)

    page = go(request.getfixturevalue(role), "person-money", participant.ref)

    assert list(page.context["waiting"]) == [enrolment]
    assert ("Open the budget" in words(page)) == may


def enrol(participant, fund, manager) -> Enrolment:
    return Enrolment.objects.create(
        participant=participant, programme=fund.programme, state="ENROLLED", asked_on=TODAY, asked_by=manager,
        starts_on=TODAY,
    )  # fmt: skip


def test_budget_open_gives_the_sum_and_says_so(go, fund, participant, manager):
    enrolment = enrol(participant, fund, manager)

    page = go(manager, "budget-open", participant.ref, enrolment.pk, data={})

    assert money_of(Budget.objects.get(enrolment=enrolment)).available == 2_000_00
    assert "The budget is open." in words(page)


def test_budget_open_says_when_the_fund_has_too_little(go, make_fund, participant, manager):
    enrolment = enrol(participant, make_fund("poor", council=10_00), manager)

    page = go(manager, "budget-open", participant.ref, enrolment.pk, data={})

    assert "There is only £10 left" in words(page)
    assert not Budget.objects.exists()


def test_budget_open_finds_no_enrolment_of_someone_else(go, fund, participant, other_participant, manager):
    enrolment = enrol(other_participant, fund, manager)

    assert go(manager, "budget-open", participant.ref, enrolment.pk, data={}).status_code == 404


# --- Asking for a person -----------------------------------------------------------------------


def test_asking_leads_to_the_form_of_the_one_open_budget_and_else_to_the_money(go, budget, participant, officer):
    assert go(officer, "request-begin", participant.ref).url.endswith(f"/money/{budget.pk}/ask/")
    Enrolment.objects.update(state="ENDED", ends_on=TODAY, end_reason="Moved away.")
    assert go(officer, "request-begin", participant.ref).url.endswith("/money/")


def test_request_new_sends_what_was_typed(go, budget, goal, participant, officer):
    page = go(officer, "request-new", participant.ref, budget.pk, data={**ASK, "goal": goal.pk})

    spend = SpendRequest.objects.get()
    assert (spend.state, spend.amount, spend.what, spend.asked_by) == ("ASKED", 45_50, "A bus pass", officer)
    assert (spend.goal, spend.without_money, spend.asked_at) == (goal, "My aunt asked round.", NOW)
    assert "Sent. A manager will decide." in words(page)


@pytest.mark.parametrize("name", [*ASK, "goal"])
def test_request_new_asks_every_question_and_keeps_what_was_typed(name, go, budget, goal, participant, officer):
    page = go(officer, "request-new", participant.ref, budget.pk, data={**ASK, "goal": goal.pk, name: ""})

    assert not SpendRequest.objects.exists()
    assert "There is a problem" in words(page)
    assert name == "what" or "A bus pass" in words(page)


def test_request_new_refuses_more_than_is_left_in_the_rules_words_and_leaves_no_draft(
    go, budget, goal, participant, officer
):
    page = go(officer, "request-new", participant.ref, budget.pk, data={**ASK, "goal": goal.pk, "amount": "2,000.01"})

    assert "You have £2,000 left. Ask for that much or less." in words(page)
    assert not SpendRequest.objects.exists()


def test_request_new_finds_no_budget_of_someone_else(go, budget, other_participant, other_officer):
    assert go(other_officer, "request-new", other_participant.ref, budget.pk).status_code == 404


# --- Requests ----------------------------------------------------------------------------------


def test_request_list_shows_those_that_wait_longest_first(go, make_request, manager):
    later, sooner, refused = make_request(what="Later"), make_request(what="Sooner"), make_request(what="Refused")
    SpendRequest.objects.filter(pk=sooner.pk).update(asked_at=NOW - timedelta(days=9))
    services.refuse_request(spend=refused, reason="No", by=manager, now=NOW, key=new_key())

    assert list(go(manager, "request-list").context["page"]) == [sooner, later]


@pytest.mark.parametrize(("state", "shown"), [("REFUSED", 1), ("APPROVED", 0), ("ALL", 2), ("", 1), ("nonsense", 1)])
def test_request_list_is_narrowed_by_the_answer(state, shown, make_request, manager, client_as):
    make_request(what="Waits")
    services.refuse_request(spend=make_request(what="Refused"), reason="No", by=manager, now=NOW, key=new_key())

    page = client_as(manager).get(reverse("budgets:request-list"), {"state": state})

    assert len(page.context["page"].object_list) == shown


def test_request_list_holds_nobody_unseen(go, make_request, other_officer):
    make_request()

    assert list(go(other_officer, "request-list").context["page"]) == []


def test_request_list_asks_no_more_for_ten_than_for_two(make_request, manager, client_as):
    client = client_as(manager)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("budgets:request-list"))
        return len(queries)

    make_request(what="1"), make_request(what="2")
    asked()
    few = asked()
    for number in range(8):
        make_request(1_00, what=str(number))

    assert asked() == few


def test_a_colleague_is_asked_what_it_means_to_the_person_and_not_to_them(go, officer, participant, budget, goal):
    page = words(go(officer, "request-new", participant.ref, budget.pk))

    assert f"Why does it matter to {participant.called}?" in page
    assert f"{participant.called} and their family" in page
    assert "matter to you?" not in page


def test_what_the_money_is_for_stands_in_the_order_of_the_alphabet(go, officer, participant, budget, goal):
    form = go(officer, "request-new", participant.ref, budget.pk).context["form"]

    labels = [label for _, label in form.fields["purpose"].choices]
    assert labels == sorted(labels)


def test_request_detail_tells_what_was_asked_and_what_is_left(go, make_request, manager):
    page = words(go(manager, "request-detail", make_request(295_50).pk))

    for said in ("£295.50", "A deposit", "I will find a place of my own", "My aunt asked round.",
                 "£2,000 in their budget, £1,704.50 after it."):  # fmt: skip
        assert said in page


@pytest.mark.parametrize(("asker", "reader", "may"), [
    ("participant", "manager", True), ("participant", "officer", False), ("manager", "manager", False),
])  # fmt: skip
def test_request_detail_offers_an_answer_only_to_a_manager_who_did_not_ask(
    asker, reader, may, go, make_request, participant, request
):
    by = participant.user if asker == "participant" else request.getfixturevalue(asker)

    page = go(request.getfixturevalue(reader), "request-detail", make_request(by=by).pk)

    assert ("Approve and set the money aside" in words(page)) == may
    assert ("A manager who did not ask will decide." in words(page)) != may


def test_request_detail_finds_no_draft_and_no_one_unseen(
    go, budget, goal, make_request, participant, other_officer, officer
):
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)

    assert go(officer, "request-detail", draft.pk).status_code == 404
    assert go(other_officer, "request-detail", make_request().pk).status_code == 404


def test_request_approve_sets_the_money_aside(go, make_request, manager, budget):
    spend = make_request(100_00)

    page = go(manager, "request-approve", spend.pk, data={"reason": "It keeps a roof."})

    assert "Approved. The money is set aside." in words(page)
    assert "It keeps a roof." in words(page)
    assert money_of(budget).committed == 100_00


def test_request_refuse_tells_why_and_moves_nothing(go, make_request, manager, budget):
    page = go(manager, "request-refuse", make_request(100_00).pk, data={"reason": "Ask the council first."})

    assert "Refused. The person will be told." in words(page)
    assert money_of(budget).committed == 0


def test_a_request_for_more_than_there_is_says_how_much_is_missing(go, make_request, manager, officer):
    first, spend = make_request(1_500_00), make_request(1_500_00)
    services.approve_request(spend=first, reason="Yes.", by=manager, now=NOW, key=new_key())

    assert "only £500 left, so £1,500 is too much" in words(go(manager, "request-detail", spend.pk))
    assert "too much" not in words(go(officer, "request-detail", spend.pk))


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_an_answer_without_reasons_is_asked_for_them(act, go, make_request, manager):
    spend = make_request()

    page = go(manager, f"request-{act}", spend.pk, data={"reason": ""})

    assert "There is a problem" in words(page)
    spend.refresh_from_db()
    assert spend.state == "ASKED"


def test_approving_more_than_is_left_shows_the_rules_words_and_keeps_the_reasons(go, make_request, manager):
    first, second = make_request(1_500_00, "One"), make_request(600_00, "Two")
    services.approve_request(spend=first, reason="Yes", by=manager, now=NOW, key=new_key())

    page = go(manager, "request-approve", second.pk, data={"reason": "Because of Monday"})

    assert "There is only £500 left" in words(page)
    assert "Because of Monday" in words(page)


# --- From money set aside to money paid --------------------------------------------------------


def test_pay_begins_with_what_is_left_the_provider_and_today(go, commitment, referral, officer, manager, payer):  # noqa: F811
    services.buy_through(commitment=commitment, referral=referral, by=officer, now=NOW, key=new_key())

    form = go(payer, "pay", commitment.pk).context["form"]

    assert (form["amount"].value(), form["payee"].value(), form["more"].value()) == (
        "100.00",
        "Northbridge Counselling",
        "no",
    )
    assert form["paid_on"].value() == TODAY


def test_pay_records_the_payment_and_gives_back_what_is_left(go, commitment, manager, budget, payer):
    page = go(payer, "pay", commitment.pk, data=PAID)

    payment = Payment.objects.get()
    assert (payment.amount, payment.payee, payment.invoice, payment.paid_on) == (40_00, "Buses Ltd", "B-7", TODAY)
    assert payment.recorded_by == payer
    assert "The payment is recorded." in words(page)
    assert (money_of(budget).available, money_of(budget).committed) == (1_960_00, 0)


def test_pay_keeps_the_rest_where_more_is_to_come(go, commitment, manager, budget, payer):
    go(payer, "pay", commitment.pk, data={**PAID, "more": "yes"})

    assert money_of(budget).committed == 60_00
    assert "£60 of £100 is still set aside" in words(go(payer, "pay", commitment.pk))


@pytest.mark.parametrize(("change", "said"), [
    ({"amount": "100.01"}, "Only £100 of what was set aside is left."), ({"payee": ""}, "There is a problem"),
    ({"paid_on-year": "2027"}, "There is a problem"),
])  # fmt: skip
def test_pay_says_what_is_wrong_and_moves_nothing(change, said, go, commitment, manager, payer):
    page = go(payer, "pay", commitment.pk, data={**PAID, **change})

    assert said in words(page)
    assert not Payment.objects.exists()


def test_pay_of_money_that_is_settled_leads_back(go, commitment, manager, payer):
    services.release_commitment(commitment=commitment, by=manager, now=NOW, key=new_key())

    page = go(payer, "pay", commitment.pk, data=PAID)

    assert "This money has been paid or given back already." in words(page)
    assert not Payment.objects.exists()


def test_an_invoice_is_paid_once(go, commitment, make_request, manager, payer):
    other = services.approve_request(
        spend=make_request(50_00, "Other"), reason="Yes", by=manager, now=NOW, key=new_key()
    )
    go(payer, "pay", commitment.pk, data=PAID)

    page = go(payer, "pay", other.pk, data=PAID)

    assert "This invoice from this payee is recorded already." in words(page)
    assert Payment.objects.count() == 1


def test_the_same_form_sent_twice_pays_once(go, commitment, manager, payer):
    sent = {**PAID, "more": "yes", "_idempotency_key": "6f1f0e8e-64a9-4b5c-9d1b-0a4d3d1f0c11"}

    go(payer, "pay", commitment.pk, data=sent)
    go(payer, "pay", commitment.pk, data=sent)

    assert Payment.objects.count() == 1
    assert Transaction.objects.filter(kind="PAY").count() == 1


def test_who_decided_is_told_that_another_manager_pays_and_is_refused(go, commitment, manager, payer):
    assert "another manager records the payment" in words(go(manager, "request-detail", commitment.spend_id))
    assert "Record a payment" not in words(go(manager, "request-detail", commitment.spend_id))
    assert "Record a payment" in words(go(payer, "request-detail", commitment.spend_id))

    page = go(manager, "pay", commitment.pk, data=PAID)

    assert "who asks, who decides and who pays are three people" in words(page)
    assert "Buses Ltd" in words(page)
    assert not Payment.objects.exists()


def test_commitment_release_gives_the_money_back(go, commitment, manager, budget):
    page = go(manager, "commitment-release", commitment.pk, data={})

    assert "The money has gone back." in words(page)
    assert money_of(budget).available == 2_000_00
    commitment.refresh_from_db()
    assert commitment.closed_by == manager


def test_commitment_release_says_when_it_is_settled(go, commitment, manager):
    go(manager, "commitment-release", commitment.pk, data={})

    assert "paid or given back already" in words(go(manager, "commitment-release", commitment.pk, data={}))


def test_buy_through_ties_the_money_to_a_referral(go, commitment, referral, officer):  # noqa: F811
    page = go(officer, "buy-through", commitment.pk, data={"referral": referral.pk})

    commitment.refresh_from_db()
    assert commitment.referral == referral
    assert "This money now pays for that referral." in words(page)


def test_buy_through_says_where_there_is_no_referral(go, commitment, officer):
    assert "No referral to pay for" in words(go(officer, "buy-through", commitment.pk))


def test_money_of_someone_unseen_is_not_found(go, commitment, other_officer):
    assert go(other_officer, "buy-through", commitment.pk).status_code == 404


# --- Funds -------------------------------------------------------------------------------------


def test_fund_list_shows_where_each_funds_money_is(go, commitment, fund, manager):
    [row] = go(manager, "fund-list").context["funds"]

    assert (row["fund"], row["people"]) == (fund, 1)
    assert (row["pot"], row["budget"], row["commitment"], row["paid"]) == (98_000_00, 1_900_00, 100_00, 0)


def test_fund_detail_keeps_each_funder_apart_and_lists_what_was_put_in(go, budget, fund, manager):
    page = go(manager, "fund-detail", fund.pk)

    council, health = page.context["rows"]
    assert (council["source"].called, council["pot"], council["budget"]) == ("Council", 58_800_00, 1_200_00)
    assert (health["source"].called, health["pot"], health["budget"]) == ("Health", 39_200_00, 800_00)
    assert {row["entries__amount"] for row in page.context["recent"]} == {60_000_00, 40_000_00}

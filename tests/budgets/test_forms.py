"""What the money forms take, and what they say of the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from budgets.commands import new_key
from budgets.forms.asking import AskForm, RequestFilterForm, WithoutMoneyForm
from budgets.forms.deciding import DecideForm
from budgets.forms.funds import STEPS, PotForm, RulesForm
from budgets.forms.paying import BuyThroughForm, PaymentForm
from budgets.models import Funder, MoneyRules, SpendRequest
from lifeplans import services as plans
from people.models import Participant
from providers import services as referring
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401

pytestmark = pytest.mark.django_db

ASK = {"what": "A deposit", "amount": "£1,295.50", "purpose": "HOME", "for_whom": "ME", "why": "It starts Monday."}


def day(on: date, name: str = "paid_on") -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


PAID = {"amount": "20", "payee": "Shop", "invoice": "7", "more": "no", **day(TODAY)}


def test_a_sum_is_read_to_the_penny():
    form = AskForm(rules=MoneyRules(), person=Participant(), data=ASK)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 1_295_50


@pytest.mark.parametrize("name", ASK)
def test_every_question_of_a_request_is_asked(name):
    form = AskForm(rules=MoneyRules(), person=Participant(), data={**ASK, name: ""})

    assert list(form.errors) == [name]


@pytest.mark.parametrize("amount", ["0", "-1", "1.234", "a lot", "1e3", "£", "1,2"])
def test_what_is_no_sum_of_money_is_refused(amount):
    assert list(AskForm(rules=MoneyRules(), person=Participant(), data={**ASK, "amount": amount}).errors) == ["amount"]


@pytest.mark.parametrize(("name", "value"), [("purpose", "YACHT"), ("for_whom", "YOU")])
def test_only_what_is_on_the_list_can_be_chosen(name, value):
    assert list(AskForm(rules=MoneyRules(), person=Participant(), data={**ASK, name: value}).errors) == [name]


def test_only_the_persons_own_open_goals_can_be_chosen(goal, make_goal, participant, other_participant, officer):
    others = make_goal(other_participant)
    dropped = plans.propose_goal(plan=goal.plan, title="Old", good="LIFE", by=officer, today=TODAY, now=NOW)
    plans.drop_goal(goal=dropped, reason="Not now", by=officer, today=TODAY)

    form = WithoutMoneyForm(person=participant)

    assert list(form.fields["goal"].queryset) == [goal]
    assert "goal" in WithoutMoneyForm({"goal": others.pk, "without_money": "No"}, person=participant).errors


def test_what_could_help_without_money_has_to_be_answered(goal, participant):
    form = WithoutMoneyForm({"goal": goal.pk, "without_money": " "}, person=participant)

    assert list(form.errors) == ["without_money"]


def test_a_decision_needs_its_reasons_and_says_so():
    form = DecideForm({"reason": ""}, spend=SpendRequest(amount=10_00, purpose="HOME"))

    assert "your reasons" in str(form.errors["reason"])


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        (("10", "25", "50"), [10_00, 25_00, 50_00]), (("10", "", ""), [10_00]), (("", "", ""), []),
        (("10", "10", ""), None), (("10", "5", ""), None), (("", "25", ""), None), (("10", "", "50"), None),
    ],
)  # fmt: skip
def test_the_steps_of_what_a_person_may_have_go_up(typed, steps):
    said = dict(zip(STEPS, typed, strict=True)) | {"kept_for_more": "3", "panel_quorum": "3", "why": "So."}
    form = RulesForm(said | day(TODAY, "starts_on"), gives_sum=False, today=TODAY)

    assert form.is_valid() == (steps is not None), form.errors
    if steps is not None:
        assert form.cleaned_data["own_limits"] == steps
        assert not set(STEPS) & set(form.cleaned_data)


@pytest.mark.parametrize("name", ["amount", "payee", "more"])
def test_a_payment_says_how_much_to_whom_and_whether_more_comes(name):
    assert list(PaymentForm({**PAID, name: ""}, today=TODAY).errors) == [name]


def test_a_payment_may_have_no_invoice():
    form = PaymentForm({**PAID, "invoice": ""}, today=TODAY)

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["invoice"], form.cleaned_data["more"]) == ("", False)


@pytest.mark.parametrize(("days", "fine"), [(0, True), (-30, True), (1, False)])
def test_a_payment_was_made_today_or_before(days, fine):
    form = PaymentForm({**PAID, **day(TODAY + timedelta(days=days))}, today=TODAY)

    assert form.is_valid() == fine
    assert fine or list(form.errors) == ["paid_on"]


@pytest.mark.parametrize(
    ("listed", "new", "fine"),
    [(True, "", True), (False, "Council", True), (False, "", False), (True, "Council", False)],
)
def test_a_promise_names_a_funder_from_the_list_or_a_new_one_and_not_both(listed, new, fine):
    funder = Funder.objects.create(name="Health")

    typed = {"funder": funder.pk if listed else "", "new_funder": new, "called": "Theirs", "pledged": "10"}
    form = PotForm({**typed, "if_unspent": "BACK"}, today=TODAY)

    assert form.is_valid() == fine
    assert fine or list(form.errors) == ["funder"]


def test_money_pays_only_for_the_persons_own_referrals_that_are_not_paid_for_or_ended(
    make_referral, make_service, participant, other_participant, other_officer, officer, make_request, manager  # noqa: F811
):  # fmt: skip
    from budgets import services

    free, tied, ended = (make_referral(service=make_service(name)) for name in ("One", "Two", "Three"))
    make_referral(participant=other_participant, service=make_service("Four"), by=other_officer)
    commitment = services.approve_request(spend=make_request(), reason="Yes", by=manager, now=NOW, key=new_key())
    services.buy_through(commitment=commitment, referral=tied, by=officer, now=NOW, key=new_key())
    referring.cancel(referral=ended, reason="MISTAKE", by=officer, today=TODAY, now=NOW)

    assert list(BuyThroughForm(person=participant).fields["referral"].queryset) == [free]


@pytest.mark.parametrize("state", ["", "APPROVED", "REFUSED", "WITHDRAWN", "ALL"])
def test_requests_are_shown_by_their_answer(state):
    assert RequestFilterForm({"state": state}).is_valid()


@pytest.mark.parametrize("state", ["DRAFT", "x"])
def test_drafts_are_nobody_elses_to_list(state):
    assert not RequestFilterForm({"state": state}).is_valid()

"""A goal's card carries its money and its help: for staff, on the phone, in print, in each version and in the API."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from budgets import helped, services
from budgets.commands import new_key
from lifeplans import goal_help, snapshot
from lifeplans import services as plans
from providers import services as referring
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_service, outcodes, provider, service  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(goal, officer):
    plans.agree_goal(goal=goal, by=officer, today=TODAY, now=NOW, need="HEALTH")
    goal.refresh_from_db()
    return goal


def is_chosen(page, goal) -> bool:
    radio = re.search(rf'<input[^>]*name="goal"[^>]*value="{goal.pk}"[^>]*>', page.content.decode())
    return bool(radio) and "checked" in radio.group()


def said(goal) -> list[str]:
    return [f"{line.kind}: {line.what}. {line.said}" for line in goal_help.lines_of([goal])[goal.pk]]


def test_a_line_says_what_was_asked_decided_bought_and_whether_it_helped(
    agreed, make_request, manager, payer, participant
):
    spend = make_request(100_00, "Boots")
    asked = "Money: Boots. £100 asked for on 31 May 2026. Without money: My aunt asked round."
    assert said(agreed) == [f"{asked} Waiting for an answer."]
    made = services.approve_request(spend=spend, reason="Yes", granted=80_00, by=manager, now=NOW, key=new_key())
    assert said(agreed) == [f"{asked} Yes to £80. £80 is set aside."]
    paying = {"commitment": made, "paid_on": TODAY, "payee": "Shop", "by": payer, "now": NOW}
    services.record_payment(**paying, amount=30_00, last=False, key=new_key())
    assert said(agreed) == [f"{asked} Yes to £80. £30 paid. £50 is set aside."]
    services.record_payment(**paying, amount=45_00, key=new_key())
    assert said(agreed) == [f"{asked} Yes to £80. £75 paid."]
    helped.say(spend=spend, answer="A_LOT", words="I start on Monday.", by=participant.user, now=NOW)
    assert said(agreed) == [f"{asked} Yes to £80. £75 paid. It helped a lot: I start on Monday."]


def test_a_no_what_was_taken_back_and_what_was_not_needed_are_said(agreed, make_request, manager, payer, participant):
    services.refuse_request(spend=make_request(5_00), reason="No", by=manager, now=NOW, key=new_key())
    services.withdraw(spend=make_request(6_00), by=participant.user, now=NOW, key=new_key())
    made = services.approve_request(spend=make_request(7_00), reason="Yes", by=manager, now=NOW, key=new_key())
    services.release_commitment(commitment=made, by=payer, now=NOW, key=new_key())
    found = said(agreed)
    assert found[0].endswith("Refused.")
    assert found[1].endswith("Taken back.")
    assert found[2].endswith("Yes to £7. The money went back.")


def test_help_for_a_goal_is_a_line_too(agreed, participant, officer, service):  # noqa: F811
    referring.refer(
        participant=participant, service=service, goal=agreed, need="HEALTH", reason="x", by=officer, today=TODAY,
        now=NOW,
    )  # fmt: skip
    assert said(agreed) == [f"Help: {service.name}, {service.provider.name}. Asked on 1 June 2026. Waiting."]


def test_the_card_the_phone_print_and_the_api_say_the_same(agreed, make_request, client_as, officer, participant):
    make_request(100_00, "Boots")
    line = said(agreed)[0].partition(". ")[2]
    staff, own = client_as(officer), client_as(participant.user)
    ref = participant.ref
    card = staff.get(reverse("lifeplans:plan", args=[ref])).content.decode()
    phone = own.get(reverse("lifeplans:my-goal", args=[agreed.pk])).content.decode()
    printed = staff.get(reverse("lifeplans:plan-print", args=[ref])).content.decode()
    told = staff.get(f"/api/people/{ref}/plan/").json()
    assert line in card
    assert line in phone
    assert line in printed
    assert told["goals"][0]["help"] == [{"kind": "Money", "what": "Boots", "said": line}]


def test_an_agreed_version_keeps_it_as_it_stood_that_day(agreed, make_request, manager, participant):
    spend = make_request(100_00, "Boots")
    before = snapshot.take(agreed.plan)["goals"][0]["help"]
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    assert before[0]["said"].endswith("Waiting for an answer.")
    assert snapshot.take(agreed.plan)["goals"][0]["help"][0]["said"].endswith("Yes to £100. £100 is set aside.")


def test_how_the_good_has_moved_is_told_once_it_was_rated_twice(agreed, participant, officer, client_as):
    rate = {"plan": agreed.plan, "by": participant.user}
    plans.rate_goods(**rate, ratings={"LIFE": (8, 3)}, today=TODAY - timedelta(days=60))
    assert goal_help.moved(agreed.plan) == {}
    plans.rate_goods(**rate, ratings={"LIFE": (8, 6)}, today=TODAY)
    assert goal_help.moved(agreed.plan) == {"LIFE": "3, then 6 of 10"}
    card = client_as(officer).get(reverse("lifeplans:plan", args=[participant.ref])).content.decode()
    assert "3, then 6 of 10" in card
    told = client_as(officer).get(f"/api/people/{participant.ref}/plan/").json()
    assert told["goals"][0]["moved"] == "3, then 6 of 10"


def test_from_the_card_one_asks_for_money_and_finds_help_for_this(agreed, client_as, officer, participant, budget):
    staff, own = client_as(officer), client_as(participant.user)
    card = staff.get(reverse("lifeplans:plan", args=[participant.ref])).content.decode()
    assert "Find help for this" in card
    where = reverse("budgets:request-begin", args=[participant.ref]) + f"?goal={agreed.pk}"
    assert where in card
    page = staff.get(where, follow=True)
    assert is_chosen(page, agreed)
    phone = own.get(reverse("lifeplans:my-goal", args=[agreed.pk])).content.decode()
    where = reverse("budgets:my-ask") + f"?goal={agreed.pk}"
    assert where in phone
    page = own.get(where, follow=True)
    assert is_chosen(page, agreed)


@pytest.mark.parametrize("goal_id", ["x", "9999999999999999999", "-1", ""])
def test_a_goal_in_the_address_that_is_none_changes_nothing(goal_id, budget, agreed, client_as, officer, participant):
    where = reverse("budgets:request-begin", args=[participant.ref]) + f"?goal={goal_id}"
    assert client_as(officer).get(where, follow=True).status_code == 200
    assert (
        client_as(participant.user).get(f"{reverse('budgets:my-ask')}?goal={goal_id}", follow=True).status_code == 200
    )


def test_only_a_goal_that_is_worked_on_can_be_asked_for(goal, client_as, officer, participant):
    card = client_as(officer).get(reverse("lifeplans:plan", args=[participant.ref])).content.decode()
    assert "Ask for money for this" not in card

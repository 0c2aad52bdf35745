"""About how much something costs, the price that a worker finds, and small things in three presses."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from budgets import appeals, checks, deciding, interests, matches, prices, repeating, rules, services
from budgets.commands import new_key
from budgets.forms.asking import AskForm, SmallThingForm
from budgets.models import NEEDS_OF, USUAL, MoneyRules, Purpose, SmallThing, SpendRequest, purposes_for
from budgets.verification import differences
from budgets.work_items import items
from common.idempotency import FIELD
from common.postgres.actor import acting_as
from people.access.whom import whom
from people.models import Message, Participant
from tests.budgets.conftest import money_of
from tests.budgets.test_by_rule import agreed, small  # noqa: F401  fixtures
from tests.conftest import NOW, TODAY
from tests.people.files import a_png

pytestmark = pytest.mark.django_db
ASK = {"what": "A coat", "purpose": "CLOTHING", "for_whom": "ME", "why": "It is cold."}


@pytest.fixture
def about(budget, goal, participant):
    """Someone asks who knows about how much."""

    def make(low: int = 20_00, high: int = 50_00, **over) -> SpendRequest:
        draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
        return services.ask(
            spend=draft, amount=high, about_from=low, by=participant.user, now=NOW - timedelta(days=1), key=new_key(),
            **{**ASK, **over},
        )  # fmt: skip

    return make


def approve(spend, manager, **over) -> SpendRequest:
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key(), **over)
    spend.refresh_from_db()
    return spend


def find(spend, officer, price: int = 34_00, **over) -> SpendRequest:
    return prices.find_price(spend=spend, price=price, by=officer, now=NOW, **over)


def lines(user) -> list[tuple[str, str]]:
    found = items(user=user, whom=whom(user, TODAY), today=TODAY, now=NOW)
    return [(item.action, item.reason) for item in found]


def said_of(spend, manager, in_force=None) -> dict[str, str]:
    found = checks.with_facts(SpendRequest.objects.with_person(), by=manager.pk, now=NOW).get(pk=spend.pk)
    in_force = in_force or MoneyRules.objects.of(spend.budget.enrolment.programme, TODAY)
    return {each.about: each.result for each in checks.checks_of(found, in_force)}


@pytest.mark.parametrize(
    ("most", "last", "many"),
    [
        (None, (500_00, 1_000_00), 7),
        (35_00, (20_00, 35_00), 3),
        (20_00, (10_00, 20_00), 2),
        (0, None, 0),
        (1, (0, 1), 1),
    ],
)
def test_bands_end_where_no_more_can_be_asked_for(most, last, many):
    found = prices.bands(most)
    assert (found[-1] if found else None, len(found)) == (last, many)


def test_a_band_is_said_in_words():
    assert [prices.band_words(band) for band in prices.bands(20_00)] == ["Up to £10", "£10 to £20"]


def test_the_most_is_the_least_of_what_bounds_it(budget, fund, rule):
    assert prices.most_for(budget, MoneyRules()) == 2_000_00
    assert prices.most_for(budget, MoneyRules(item_cap=90_00, person_cap=60_00)) == 60_00
    budget.fund.programme.money_model = "DISCRETIONARY"


@pytest.mark.parametrize(
    ("typed", "errors", "sums"),
    [
        ({"amount": "34"}, [], (34_00, None)),
        ({"about": "2000-5000"}, [], (50_00, 20_00)),
        ({"about": "0-1000"}, [], (10_00, 0)),
        ({"about": "2000-5000", "every": "WEEK", "times": "3"}, [], (150_00, 60_00)),
        ({}, ["amount"], None),
        ({"amount": "34", "about": "2000-5000"}, ["about"], None),
        ({"amount": "lots", "about": "2000-5000"}, ["amount"], None),
        ({"about": "1-2"}, ["about"], None),
        ({"about": "100000-200000"}, ["about"], None),
    ],
)
def test_a_price_or_about_how_much_is_enough(typed, errors, sums):
    form = AskForm({**ASK, **typed}, rules=MoneyRules(), person=Participant())
    assert sorted(form.errors) == errors
    if sums:
        assert (form.cleaned_data["amount"], form.cleaned_data["about_from"]) == sums


def test_about_how_much_is_said_and_its_worker_finds_the_price(about, officer, manager):
    spend = about()
    assert (spend.state, spend.amount_words, spend.has_no_price, spend.price) == ("ASKED", "£20 to £50", True, 50_00)
    assert ("Say what it costs", "Chris asked for A coat, £20 to £50. Find out what it costs.") in [
        (act, said.replace(spend.person.called, "Chris")) for act, said in lines(officer)
    ]
    assert said_of(spend, manager)["Price"] == "MIND"

    found = find(spend, officer)

    assert (found.price, found.amount, found.found_by, found.has_no_price) == (34_00, 50_00, officer, False)
    assert "Say what it costs" not in [act for act, _ in lines(officer)]
    assert said_of(spend, manager)["Price"] == "WELL"
    assert Message.objects.filter(body__startswith=prices.FOUND).count() == 1


def test_a_yes_to_the_price_that_was_found_is_a_yes_to_all_of_it(about, officer, manager):
    spend = find(about(), officer)
    spend = approve(spend, manager, granted=34_00)
    assert (spend.is_in_part, spend.commitment.amount) == (False, 34_00)
    assert spend.public_sentence == "Someone got £34 (“Clothes and tools”), towards a goal of theirs."
    assert appeals.refusal(spend, NOW).startswith("Only a no")
    assert differences() == []


def test_a_yes_to_less_than_it_costs_is_looked_at_again_for_the_rest_of_the_price(about, officer, manager, participant):
    spend = approve(find(about(), officer), manager, granted=20_00)
    assert spend.is_in_part
    again = appeals.appeal(spend=spend, why="It costs more.", by=participant.user, now=NOW, key=new_key())
    assert (again.amount, again.about_from) == (14_00, None)


def test_a_no_where_nobody_knows_the_price_is_looked_at_again_for_about_as_much(about, manager, participant):
    spend = about()
    services.refuse_request(spend=spend, reason="No", by=manager, now=NOW, key=new_key())
    spend.refresh_from_db()
    assert spend.public_sentence == "Someone asked for £20 to £50 (“Clothes and tools”), and the answer was no."
    again = appeals.appeal(spend=spend, why="I need it.", by=participant.user, now=NOW, key=new_key())
    assert (again.amount, again.about_from) == (50_00, 20_00)


def test_a_yes_without_a_price_sets_aside_the_most_and_the_rest_comes_back(about, manager, payer, budget):
    spend = approve(about(), manager)
    services.record_payment(
        commitment=spend.commitment, amount=31_50, paid_on=TODAY, payee="Shop", by=payer, now=NOW, key=new_key()
    )
    assert (money_of(budget).paid, money_of(budget).committed) == (31_50, 0)


def test_no_more_than_was_asked_for_is_found(about, officer):
    with pytest.raises(prices.AboveTheBand, match="£50 at most"):
        find(about(), officer, 50_01)
    assert find(SpendRequest.objects.get(), officer, 50_00).price == 50_00


def test_less_than_was_thought_is_found_and_found_again(about, officer):
    spend = find(find(about(), officer, 12_00), officer, 13_00)
    assert spend.price == 13_00


def test_no_price_is_found_of_what_was_known_or_is_decided(make_request, about, officer, manager):
    with pytest.raises(prices.PriceIsKnown):
        find(make_request(), officer)
    with pytest.raises(services.AlreadyDecided):
        find(approve(about(), manager), officer)


def test_the_database_finds_no_price_by_hand_for_another_or_after_the_answer(about, officer, manager, participant):
    spend = about()
    for by, over in ((officer, {"found_by": manager}), (participant.user, {"found_by": participant.user})):
        with suppress(DatabaseError), acting_as(by.pk), transaction.atomic():
            SpendRequest.objects.filter(pk=spend.pk).update(found_price=1_00, found_at=NOW, **over)
    spend.refresh_from_db()
    assert spend.found_price is None
    approve(spend, manager)
    with pytest.raises(DatabaseError), acting_as(officer.pk), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(found_price=1_00, found_at=NOW, found_by=officer)
    with pytest.raises(DatabaseError), acting_as(officer.pk), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(amount=1_00)


def test_where_the_price_is_to_be_shown_no_answer_is_given_before_it_is(about, officer, manager, rule, fund):
    rule(fund, quote_from=40_00)
    spend = about()
    assert said_of(spend, manager)["Price"] == "STOP"
    with pytest.raises(rules.AgainstRules, match="add a picture"):
        find(spend, officer, 45_00)
    assert said_of(find(spend, officer, 39_00), manager)["Price"] == "WELL"
    with pytest.raises(rules.AgainstRules, match="add a picture"):
        find(spend, officer, 45_00)
    shown = find(spend, officer, 45_00, quote=("price.png", a_png()))
    assert find(shown, officer, 45_00).price == 45_00
    with pytest.raises(rules.AgainstRules, match="add a picture"):  # what was shown was another price
        find(shown, officer, 46_00)


def test_what_whoever_asked_added_shows_the_price_once(about, officer, rule, fund):
    rule(fund, quote_from=40_00)
    spend = find(about(quote=("price.png", a_png())), officer, 42_00)
    with pytest.raises(rules.AgainstRules, match="add a picture"):
        find(spend, officer, 45_00)


def test_an_appeal_of_what_has_no_price_still_has_to_show_it(about, manager, participant, rule, fund, make_user, team):
    rule(fund, quote_from=40_00)
    spend = approve(about(), manager, granted=30_00)
    again = appeals.appeal(spend=spend, why="It costs more.", by=participant.user, now=NOW, key=new_key())
    assert (again.amount, again.about_from) == (20_00, 0)
    second = make_user("Sid Second", "MANAGER", team)
    assert approve(again, second).granted == 20_00


def test_a_yes_without_a_sum_is_to_the_price_and_never_to_more(about, officer, manager):
    spend = find(about(), officer)
    with pytest.raises(deciding.MoreThanAsked, match="It costs £34"):
        approve(spend, manager, granted=34_01)
    assert approve(spend, manager).granted == 34_00


def test_the_database_holds_that_a_yes_is_to_no_more_than_the_price(about, officer, manager):
    spend = find(about(), officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(
            state="APPROVED", granted=34_01, decided_by=manager, decided_at=NOW, reason="x", public_sentence="x"
        )


def test_what_is_paid_again_and_again_goes_by_the_price(about, officer, manager):
    spend = find(about(100_00, 200_00, every="WEEK", times=10), officer, 150_00)
    spend = approve(spend, manager)
    due = repeating.next_due(spend.commitment, 0)
    assert (due.pence, due.times, repeating.in_short(spend)) == (15_00, 10, "£15 each week, 10 times")


def test_whoever_found_the_price_neither_decides_nor_pays(about, manager, payer):
    spend = find(about(), manager)
    with pytest.raises(deciding.OwnRequest):
        approve(spend, manager)
    spend = approve(spend, payer)
    with pytest.raises(services.OwnRequest):
        services.record_payment(
            commitment=spend.commitment, amount=1_00, paid_on=TODAY, payee="Shop", by=manager, now=NOW, key=new_key()
        )


def test_the_database_holds_that_whoever_found_the_price_does_not_decide(about, manager):
    spend = find(about(), manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        SpendRequest.objects.filter(pk=spend.pk).update(
            state="REFUSED", decided_by=manager, decided_at=NOW, reason="x", public_sentence="x"
        )


def test_no_price_is_found_by_who_knows_them_or_once_a_panel_has_it(about, officer, participant, monkeypatch):
    spend = about()
    interests.say(participant=participant, how="A cousin", by=officer, now=NOW)
    with pytest.raises(interests.HasAnInterest):
        find(spend, officer)


def test_checks_are_about_the_price_that_was_found(about, officer, manager, rule, fund):
    rule(fund, quote_from=100_00, item_cap=105_00)
    spend = find(about(50_00, 100_00), officer, 83_20)
    said = said_of(spend, manager)
    assert (said["Price"], "Round sum" in said, "Just under" in said) == ("WELL", False, False)


def test_what_is_shown_from_a_sum_on_stops_a_yes_in_the_service_too(about, manager, rule, fund):
    rule(fund, quote_from=40_00)
    with pytest.raises(rules.AgainstRules, match="add a picture"):
        approve(about(), manager)
    assert approve(SpendRequest.objects.get(), manager, granted=39_99).granted == 39_99


def test_about_how_much_within_the_persons_own_limit_is_a_yes_at_once(small, about, agreed):  # noqa: F811
    spend = about(0, 10_00)
    assert (spend.state, spend.granted, spend.decided_by_rule) == ("APPROVED", 10_00, small)


def test_small_things_are_those_the_rules_and_the_money_allow(budget):
    every = prices.small_things(budget, MoneyRules())
    assert [thing for thing, _ in every] == list(SmallThing)
    few = prices.small_things(budget, MoneyRules(item_cap=15_00, purposes=["TRAVEL", "CONNECTION"]))
    assert few == [
        (SmallThing.BUS, (0, 10_00)), (SmallThing.PASS, (10_00, 15_00)), (SmallThing.PHONE, (0, 15_00)),
        (SmallThing.PHOTO_ID, (10_00, 15_00)),
    ]  # fmt: skip
    assert prices.small_things(budget, MoneyRules(quote_from=1_00)) == []


def small_data(goal, thing: str = "PHONE", **over) -> dict:
    return {"thing": thing, "goal": goal.pk, "why": "", **over}


def test_three_presses_ask_for_something_small(client_as, participant, budget, goal):
    client = client_as(participant.user)
    page = client.get(reverse("budgets:ask-small", args=[budget.pk]))
    assert "📱 Phone credit or data (up to £20)" in page.content.decode()
    with time_machine.travel(NOW, tick=False):
        answer = client.post(reverse("budgets:ask-small", args=[budget.pk]), small_data(goal), follow=True)
    spend = SpendRequest.objects.get()
    assert "Sent. We will tell you when there is an answer." in answer.content.decode()
    assert (spend.what, spend.amount, spend.about_from, spend.purpose, spend.thing, spend.why, spend.state) == (
        "Phone credit or data", 20_00, 0, "CONNECTION", "PHONE", "", "ASKED",
    )  # fmt: skip
    assert "Why it matters" not in answer.content.decode()


def test_a_second_press_asks_once(client_as, participant, budget, goal):
    client, key = client_as(participant.user), new_key()
    for _ in range(2):
        client.post(reverse("budgets:ask-small", args=[budget.pk]), small_data(goal, **{FIELD: key}))
    assert SpendRequest.objects.count() == 1


def test_what_is_half_written_beside_it_stays(budget, goal, participant):
    draft = services.start_request(budget=budget, goal=goal, without_money="My aunt.", by=participant.user)
    form = SmallThingForm(small_data(goal), person=participant, things=prices.small_things(budget, MoneyRules()))
    assert form.is_valid(), form.errors
    services.ask_small(budget=budget, by=participant.user, now=NOW, key=new_key(), **form.cleaned_data)
    draft.refresh_from_db()
    assert (draft.state, draft.without_money) == ("DRAFT", "My aunt.")


def test_the_goal_it_is_asked_from_is_chosen_beforehand(budget, goal, make_goal, participant, officer):
    second = make_goal(participant, "I will cook")
    things = prices.small_things(budget, MoneyRules())
    chosen = [
        SmallThingForm(person=participant, things=things, goal=said).initial["goal"] for said in ("", str(second.pk))
    ]
    assert chosen == [goal.pk, second.pk]
    assert SmallThingForm(person=participant, things=things, goal="²").initial["goal"] == goal.pk
    assert SmallThingForm(person=participant, things=things, goal="9" * 4301).initial["goal"] == goal.pk


def test_another_persons_goal_and_a_thing_that_is_not_offered_are_refused(
    budget, goal, make_goal, participant, make_participant, officer
):
    theirs = make_goal(make_participant("Dana", "Hill", "X000077", lead=officer), by=officer)
    things = prices.small_things(budget, MoneyRules(purposes=["TRAVEL"]))
    form = SmallThingForm(small_data(theirs, "PHONE"), person=participant, things=things)
    assert sorted(form.errors) == ["goal", "thing"]
    with pytest.raises(services.NotThisPersonsGoal):
        services.ask_small(
            budget=budget, goal=theirs, by=participant.user, now=NOW, key=new_key(), thing="BUS", what="A bus",
            purpose="TRAVEL", amount=10_00, why="",
        )  # fmt: skip


def test_nothing_small_is_asked_for_by_typing_no_reason_and_no_thing(budget, goal, participant):
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
    with pytest.raises(Exception, match="why it matters"):
        services.ask(spend=draft, amount=1_00, by=participant.user, now=NOW, key=new_key(), **{**ASK, "why": ""})


def test_a_worker_says_on_a_page_what_it_costs(client_as, officer, about):
    spend = about()
    client, url = client_as(officer), reverse("budgets:request-price", args=[spend.pk])
    assert "They asked for £20 to £50" in client.get(url).content.decode()
    assert "Enter that or less" in client.post(url, {"price": "51"}).content.decode()
    assert "Enter what it costs" in client.post(url, {"price": ""}).content.decode()
    assert client.post(url, {"price": "34"}).status_code == 302
    page = client.get(reverse("budgets:request-detail", args=[spend.pk])).content.decode()
    assert "It costs £34" in " ".join(page.split())


def test_each_purpose_serves_a_need_and_each_need_has_a_purpose():
    from lifeplans.needs import Need

    assert set(NEEDS_OF) == set(Purpose)
    assert set(USUAL) == set(SmallThing)
    served = {need for needs in NEEDS_OF.values() for need in needs}
    assert served == set(Need)
    assert purposes_for("HEALTH") == [Purpose.COUNSELLING, Purpose.ACTIVITY, Purpose.TRAVEL]


def test_where_a_goal_has_no_need_the_purpose_says_which_services_fit(about, manager, goal):
    spend = approve(about(), manager)
    assert goal.need == ""
    assert matches.best(spend.commitment, TODAY) == []

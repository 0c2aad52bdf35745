"""What is paid again and again: each payment on its day, an end, a look half way; money on hold, and paid ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from budgets import repeating, services
from budgets.commands import new_key
from budgets.forms.asking import AskForm
from budgets.models import Commitment, MoneyRules, Payment, SpendRequest
from budgets.work_items import items
from common.postgres.actor import acting_as
from lifeplans import goal_help
from people.access.whom import whom
from people.models import Requirement, Sentence
from tests.budgets.conftest import money_of
from tests.conftest import NOW, TODAY
from tests.providers.conftest import make_referral, make_service, outcodes, provider, referral, service  # noqa: F401
from tests.providers.test_states_referral import WAY_TO, acts  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(budget, goal, participant):
    def make(amount: int = 120_00, every: str = "WEEK", times: int = 6, **over) -> SpendRequest:
        draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
        about = {"what": "Swimming", "purpose": "CONNECTION", "for_whom": "ME", "why": "She asks.", "payee": "The pool"}
        return services.ask(
            spend=draft, amount=amount, every=every, times=times, by=participant.user, now=NOW - timedelta(days=1),
            key=new_key(), **{**about, **over},
        )  # fmt: skip

    return make


@pytest.fixture
def again(ask, manager):
    def make(granted: int | None = None, **over) -> Commitment:
        spend = ask(**over)
        return services.approve_request(spend=spend, reason="Yes", granted=granted, by=manager, now=NOW, key=new_key())

    return make


def pay(commitment, payer, amount: int, last: bool = False, paid_on: date = TODAY, **over) -> Payment:
    return services.record_payment(
        commitment=commitment, amount=amount, payee="The pool", paid_on=paid_on, last=last, by=payer, now=NOW,
        key=new_key(), **over,
    )  # fmt: skip


def lines(user, today: date = TODAY) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, today), today=today, now=NOW)]


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("WEEK", [date(2026, 6, 1), date(2026, 6, 8), date(2026, 7, 6)]),
        ("TWO_WEEKS", [date(2026, 6, 1), date(2026, 6, 15), date(2026, 8, 10)]),
        ("MONTH", [date(2026, 6, 1), date(2026, 7, 1), date(2026, 11, 1)]),
    ],
)
def test_each_payment_has_its_day_from_the_day_on_which_it_is_needed(every, days, again):
    spend = again(every=every).spend
    assert [repeating.day_of(spend, nth) for nth in (1, 2, 6)] == days
    later = again(every=every, needed_by=TODAY + timedelta(days=9)).spend
    assert repeating.day_of(later, 1) == TODAY + timedelta(days=9)


def test_each_payment_is_on_the_list_of_who_pays_three_days_before_its_day(again, payer):
    made = again()
    assert "£20 for Swimming is to be paid to The pool. Payment 1 of 6, for 1 June." in lines(payer)
    pay(made, payer, 20_00)
    assert not any("Swimming" in line for line in lines(payer, date(2026, 6, 4)))
    assert "£20 for Swimming is to be paid to The pool. Payment 2 of 6, for 8 June." in lines(payer, date(2026, 6, 5))


def test_a_part_that_was_granted_is_paid_as_often_as_it_reaches_and_the_rest_at_the_end(again):
    made = again(granted=50_00)
    made.refresh_from_db()
    assert repeating.times_of(made.spend) == 3
    found = [repeating.next_due(made, paid) for paid in (0, 1, 2)]
    assert [(due.nth, due.pence) for due in found] == [(1, 20_00), (2, 20_00), (3, 50_00)]
    assert found[2].is_last


def test_after_the_last_one_nothing_is_due(again, payer, budget):
    made = again(amount=40_00, times=2)
    pay(made, payer, 20_00)
    made.refresh_from_db()
    assert repeating.next_due(made, 1).is_last
    pay(made, payer, 20_00, last=True)
    made.refresh_from_db()
    assert (repeating.next_due(made, 2), made.state, money_of(budget).paid) == (None, "CLOSED", 40_00)


def test_what_is_paid_once_has_no_payments_to_come(make_request, manager):
    made = services.approve_request(spend=make_request(), reason="Yes", by=manager, now=NOW, key=new_key())
    assert repeating.next_due(made, 0) is None
    assert repeating.review_due(made) is None
    assert (repeating.in_short(made.spend), repeating.so_far(made, 0)) == ("", "")


def test_half_way_the_worker_asks_whether_it_still_helps(again, officer, participant):
    made = again()
    half = date(2026, 6, 22)
    assert repeating.review_due(made) == half
    says = "Swimming is half way. Ask whether it still helps; then it goes on, or stops."
    assert says not in lines(officer, half - timedelta(days=1))
    assert says in lines(officer, half)
    with pytest.raises(services.OwnRequest):
        repeating.go_on(commitment=made, review="Yes", by=participant.user, now=NOW)
    repeating.go_on(commitment=made, review="She swims a length now.", by=officer, now=NOW)
    assert says not in lines(officer, half)


def test_what_is_paid_once_is_not_looked_at_half_way(make_request, manager, officer):
    made = services.approve_request(spend=make_request(), reason="Yes", by=manager, now=NOW, key=new_key())
    with pytest.raises(repeating.NotRepeated):
        repeating.go_on(commitment=made, review="x", by=officer, now=NOW)


@pytest.mark.parametrize(("every", "times"), [("WEEK", 1), ("WEEK", 61), ("", 2), ("DAY", 3)])
def test_it_has_an_end_in_the_database_too(every, times, ask):
    with pytest.raises(services.ledger.RuleBroken):
        ask(every=every, times=times)


@pytest.mark.parametrize(
    ("typed", "amount", "times", "wrong"),
    [
        ({"every": "ONCE"}, 20_00, 1, ""), ({}, 20_00, 1, ""), ({"every": "ONCE", "times": "9"}, 20_00, 1, ""),
        ({"every": "MONTH", "times": "12"}, 240_00, 12, ""), ({"every": "MONTH"}, None, None, "times"),
        ({"every": "MONTH", "times": "1"}, None, None, "times"),
        ({"every": "MONTH", "times": "61"}, None, None, "times"),
        ({"every": "DAY", "times": "3"}, None, None, "every"),
    ],
)  # fmt: skip
def test_the_form_takes_what_it_costs_each_time_and_asks_for_all_of_it(typed, amount, times, wrong, participant):
    asked = {"what": "Swimming", "amount": "20", "purpose": "CONNECTION", "for_whom": "ME", "why": "x", **typed}
    form = AskForm(asked, rules=MoneyRules(), person=participant)
    if wrong:
        assert not form.is_valid()
        assert set(form.errors) == {wrong}
    else:
        assert form.is_valid(), form.errors
        assert (form.cleaned_data["amount"], form.cleaned_data["times"]) == (amount, times)


def test_money_on_hold_is_paid_by_nobody_and_on_the_workers_list(again, payer, officer):
    made = again()
    services.put_on_hold(commitment=made, why="The pool is shut.", by=officer, now=NOW)
    with pytest.raises(services.OnHold, match="The pool is shut"):
        pay(made, payer, 20_00)
    assert not any("Swimming" in line for line in lines(payer))
    assert "Swimming is on hold: The pool is shut." in lines(officer)
    services.take_off_hold(commitment=made, by=officer)
    pay(made, payer, 20_00)


def test_money_on_its_way_to_the_bank_is_not_put_on_hold(world, officer):
    world.checked()
    commitment = world.set_aside()
    world.order(commitment)
    with pytest.raises(services.OnItsWay):
        services.put_on_hold(commitment=commitment, why="x", by=officer, now=NOW)


def test_before_it_was_delivered_it_is_paid_with_a_reason_alone(again, payer, officer, referral):  # noqa: F811
    made = again(every="", times=1, payee="")
    services.buy_through(commitment=made, referral=referral, by=officer, now=NOW, key=new_key())
    with pytest.raises(services.NotDelivered):
        pay(made, payer, 120_00)
    paid = pay(made, payer, 60_00, advance="Half of it before they begin, as the offer says.")
    assert paid.advance.startswith("Half of it")
    with pytest.raises(services.NotDelivered):
        pay(made, payer, 60_00)


def test_what_a_provider_gives_each_week_is_paid_once_they_said_yes(again, payer, officer, referral, acts):  # noqa: F811
    made = again(payee="")
    services.buy_through(commitment=made, referral=referral, by=officer, now=NOW, key=new_key())
    with pytest.raises(services.NotDelivered):
        pay(made, payer, 20_00)
    for act in WAY_TO["ACCEPTED"]:
        acts[act](referral)
    assert any("is paid for this again: Swimming. Payment 1 of 6" in line for line in lines(payer))
    pay(made, payer, 20_00)


@pytest.fixture
def requirement(participant, other_participant, officer):
    def make(person) -> Requirement:
        sentence = Sentence.objects.create(
            participant=person, kind="COMMUNITY", starts_on=TODAY, length_days=365, ends_on=TODAY + timedelta(days=364)
        )
        return Requirement.objects.create(sentence=sentence, kind="PROGRAMME", detail="Thinking skills")

    return make


def test_a_request_names_a_requirement_of_the_persons_own(ask, participant, other_participant, requirement, client_as,
                                                          officer):  # fmt: skip
    theirs, others = requirement(participant), requirement(other_participant)
    with pytest.raises(services.NotThisPersonsGoal):
        ask(requirement=others)
    made = ask(requirement=theirs, every="", times=1)
    page = client_as(officer).get(reverse("budgets:request-detail", args=[made.pk])).content.decode()
    assert "Programme: <bdi>Thinking skills</bdi>" in page
    assert f"It serves what the court asks: {theirs}." in goal_help.lines_of([made.goal])[made.goal_id][0].said
    with acting_as(officer.pk), pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        SpendRequest.objects.create(budget=made.budget, goal=made.goal, started_by=officer, requirement=others)


def test_the_form_asks_for_a_requirement_where_there_is_one(participant, requirement):
    assert "requirement" not in AskForm(rules=MoneyRules(), person=participant).fields
    requirement(participant)
    assert "requirement" in AskForm(rules=MoneyRules(), person=participant).fields

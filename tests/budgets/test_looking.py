"""Payments that are picked for a look by their risk; and money that is paid back in parts, the last resort."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from budgets import corrections, interests, recovery, rules, services, spot_checks
from budgets.commands import new_key
from budgets.forms.looking import RecoveryForm
from budgets.models import MoneyRules, Payment, Recovery, SpotCheck
from budgets.work_items import items
from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from people.access.whom import whom
from people.models import Message, User
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
WORDS = {"why": "It was not for the goal.", "tried": "We asked twice, and waited.", "person_said": "I can do £5."}


@pytest.fixture
def paid(make_request, manager, payer):
    """A deposit of £100 was paid."""

    def make(amount: int = 100_00, payee: str = "Landlord", **over) -> Payment:
        spend = make_request(amount)
        made = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
        return services.record_payment(
            commitment=made, amount=amount, paid_on=TODAY, payee=payee, by=payer, now=NOW, key=new_key(), **over
        )

    return make


@pytest.fixture
def always(monkeypatch):
    monkeypatch.setattr(spot_checks, "drawn", lambda payment: 0)


@pytest.fixture
def check(paid, always):
    paid()
    with as_service(), acting_as(SYSTEM):
        assert spot_checks.pick(now=NOW) == 1
    return SpotCheck.objects.get()


def look_at(check, by, *, wrong: bool = False):
    return spot_checks.find(check=check, wrong=wrong, found="I saw the tenancy.", by=by, now=NOW)


def lines(user, today=TODAY, now=NOW) -> list[str]:
    return [item.reason for item in items(user=user, whom=whom(user, today), today=today, now=now)]


# --- picked by risk ------------------------------------------------------------------------------


def test_more_is_picked_where_there_is_more_to_look_at():
    assert [spot_checks.chance(many) for many in range(6)] == [2, 10, 25, 50, 100, 100]


def test_what_is_drawn_is_the_same_each_time_and_spread(monkeypatch):
    drawn = [spot_checks.drawn(Payment(pk=pk)) for pk in range(2000)]
    assert drawn == [spot_checks.drawn(Payment(pk=pk)) for pk in range(2000)]
    assert (min(drawn), max(drawn)) == (0, 99)
    assert 150 < sum(each < 10 for each in drawn) < 250
    monkeypatch.setattr(spot_checks, "settings", SimpleNamespace(SECRET_KEY="another"))
    assert drawn != [spot_checks.drawn(Payment(pk=pk)) for pk in range(2000)]


def reasons_of(payment) -> list[str]:
    return next(spot_checks.reasons(each) for each in spot_checks._to_look_through(NOW) if each.pk == payment.pk)


def test_what_there_is_to_look_at_is_said(paid):
    first = paid(250_00)
    assert reasons_of(first) == ["a round sum", "£250 or more", "nobody was paid by this name before"]
    again = paid(90_01, "LAND-lord", advance="They ask for it first.")
    assert reasons_of(again) == ["the same kind as lately", "paid before it was delivered"]


def test_a_payment_is_picked_once_and_says_why(check):
    assert check.why == "Picked for a round sum, nobody was paid by this name before."
    with as_service(), acting_as(SYSTEM):
        assert spot_checks.pick(now=NOW) == 0


def test_what_was_reversed_or_is_older_is_not_picked(paid, always):
    paid()
    Payment.objects.update(recorded_at=NOW - timedelta(days=8))
    assert spot_checks.pick(now=NOW) == 0


def test_one_with_nothing_to_look_at_is_picked_by_chance_alone(paid, monkeypatch):
    paid(90_01)
    plain = paid(90_02)
    monkeypatch.setattr(spot_checks, "TO_LOOK_AT", {})
    monkeypatch.setattr(spot_checks, "drawn", lambda payment: 2 if payment.pk == plain.pk else 99)
    assert spot_checks.pick(now=NOW) == 0
    monkeypatch.setattr(spot_checks, "drawn", lambda payment: 1 if payment.pk == plain.pk else 99)
    assert spot_checks.pick(now=NOW) == 1
    assert SpotCheck.objects.get().why == "Picked by chance."


# --- looked at -----------------------------------------------------------------------------------


def test_someone_who_had_no_part_looks_and_all_is_well(check, third, officer):
    assert any("Look at it." in line for line in lines(third))
    found = look_at(check, third)
    assert (found.state, found.looked_by) == ("WELL", third)
    assert not any("Look at it." in line for line in lines(third))


def test_what_is_wrong_stays_on_the_list_until_it_is_settled(check, third):
    look_at(check, third, wrong=True)
    assert any("something was wrong. I saw the tenancy. Settle it." in line for line in lines(third))
    done = spot_checks.settle(check=check, settled="The money came back.", by=third, now=NOW)
    assert done.state == "SETTLED"
    assert not any("Settle it" in line for line in lines(third))


@pytest.mark.parametrize("state", SpotCheck.State.values)
@pytest.mark.parametrize("act", spot_checks.ACTS)
def test_every_act_begins_in_its_states_alone(check, third, act, state):
    if state != "OPEN":
        look_at(check, third, wrong=state != "WELL")
    if state == "SETTLED":
        spot_checks.settle(check=check, settled="So.", by=third, now=NOW)
    acts = {
        "find": lambda: look_at(check, third), "settle": lambda: spot_checks.settle(
            check=check, settled="So.", by=third, now=NOW
        ),
    }  # fmt: skip
    if state in spot_checks.ACTS[act].begins_in:
        acts[act]()
        return
    with pytest.raises(spot_checks.LookedAtAlready):
        acts[act]()
    check.refresh_from_db()
    assert check.state == state


def test_whoever_had_a_part_or_an_interest_does_not_look(check, manager, payer, third, participant):
    for by in (manager, payer):
        with pytest.raises(services.OwnRequest):
            look_at(check, by)
    interests.say(participant=participant, how="A cousin", by=third, now=NOW)
    with pytest.raises(interests.HasAnInterest):
        look_at(check, third)


def test_it_is_on_the_list_of_whoever_may_and_where_there_is_nobody_of_who_may_not(check, manager, payer):
    said = "was picked for a look, and each in your team had a part in it"
    assert not any(said in line for line in lines(manager))  # who leads them may look
    check.payment.commitment.spend.person.assignments.all().delete()
    assert any(said in line for line in lines(manager))
    assert any(said in line for line in lines(payer))


def test_who_leads_them_looks_too_unless_they_asked_for_it(check, officer, always, make_request, manager, payer):
    assert any("Look at it." in line for line in lines(officer))
    look_at(check, officer)
    spend = make_request(95_00, by=officer)
    made = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    services.record_payment(
        commitment=made, amount=95_00, paid_on=TODAY, payee="Shop", by=payer, now=NOW, key=new_key()
    )
    with as_service(), acting_as(SYSTEM):
        assert spot_checks.pick(now=NOW) == 1
    assert not any("Look at it." in line for line in lines(officer))
    assert any("each in your team had a part" in line for line in lines(manager))


def test_the_database_lets_nobody_pick_answer_for_another_or_look_at_their_own(check, third, payer, officer):
    changes = {"state": "WELL", "found": "x", "looked_at": NOW}
    for by, looked_by in ((payer, payer), (third, payer), (officer, third)):
        with suppress(DatabaseError), acting_as(by.pk), transaction.atomic():
            SpotCheck.objects.filter(pk=check.pk).update(**changes, looked_by=looked_by)
        check.refresh_from_db()
        assert check.state == "OPEN"
    with acting_as(third.pk), transaction.atomic():
        assert SpotCheck.objects.filter(pk=check.pk).update(**changes, looked_by=third) == 1
    with pytest.raises(DatabaseError), acting_as(third.pk), transaction.atomic():
        SpotCheck.objects.filter(pk=check.pk).update(found="Something else")
    with pytest.raises(DatabaseError), acting_as(third.pk), transaction.atomic():
        SpotCheck.objects.create(payment=check.payment, why="x", picked_at=NOW)


def test_a_look_is_written_down_on_a_page(client_as, third, payer, check):
    url = reverse("budgets:spot-check", args=[check.pk])
    assert "someone else looks at it" in client_as(payer).get(url).content.decode()
    client = client_as(third)
    assert "Picked for a round sum" in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 200
    client.post(url, {"wrong": "yes", "found": "No receipt."})
    page = client.get(url).content.decode()
    assert "How did it come right?" in page
    client.post(url, {"settled": "It was found."})
    check.refresh_from_db()
    assert (check.state, check.settled) == ("SETTLED", "It was found.")
    assert "How did it come right?" not in client.get(url).content.decode()
    detail = client.get(reverse("budgets:request-detail", args=[check.payment.commitment.spend_id])).content.decode()
    assert "was picked for a look</a>: settled." in " ".join(detail.split())


# --- paid back -----------------------------------------------------------------------------------


@pytest.fixture
def propose(paid, third):
    def make(amount: int = 60_00, each: int = 5_00, by=None, **over) -> Recovery:
        spend = over.pop("spend", None) or paid().commitment.spend
        return recovery.propose(
            spend=spend, amount=amount, each=each, every="WEEK", first_on=TODAY + timedelta(days=7), by=by or third,
            now=NOW, **{**WORDS, **over},
        )  # fmt: skip

    return make


@pytest.fixture
def running(propose, manager):
    return recovery.agree(recovery=propose(), by=manager, now=NOW)


def came_back(spend, amount: int, third, manager, now=NOW):
    asked = corrections.ask_refund(
        spend=spend, amount=amount, happened_on=TODAY, reason="In cash.", by=third, now=now, key=new_key()
    )
    corrections.agree(correction=asked, by=manager, now=now, key=new_key())


def test_two_people_agree_that_something_is_paid_back_and_the_person_is_told(propose, manager, third):
    asked = propose()
    assert any("Thea Third proposes that £60 is paid back: It was not for the goal." in line for line in lines(manager))
    assert not any("is paid back" in line for line in lines(third))
    with pytest.raises(recovery.SamePerson):
        recovery.agree(recovery=asked, by=third, now=NOW)
    assert Message.objects.filter(body__startswith=recovery.TOLD).count() == 0
    made = recovery.agree(recovery=asked, by=manager, now=NOW)
    assert (made.state, made.answered_by) == ("RUNNING", manager)
    assert Message.objects.filter(body__startswith=recovery.TOLD).count() == 1


def test_a_no_tells_who_proposed_it_and_not_the_person(propose, manager, third):
    recovery.refuse(recovery=propose(), answer="She has nothing.", by=manager, now=NOW)
    assert "It was not agreed that £60 is paid back: She has nothing." in lines(third)
    assert not any("was not agreed" in line for line in lines(manager))
    assert not any("was not agreed" in line for line in lines(third, now=NOW + timedelta(days=15)))
    assert Message.objects.filter(body__startswith=recovery.TOLD).count() == 0


def test_no_more_than_is_still_out_and_once_at_a_time(propose, third, manager):
    with pytest.raises(recovery.MoreThanPaid, match="£100 of what was paid"):
        propose(100_01)
    spend = propose(99_99).spend
    with pytest.raises(Exception, match="paid back already"):
        propose(spend=spend)
    came_back(spend, 30_00, third, manager)
    assert recovery.still_paid(spend) == 70_00


def test_it_is_not_stretched_over_more_parts_than_anyone_can_see_the_end_of(propose):
    with pytest.raises(recovery.TooLong):
        propose(60_00, 49)
    assert len(recovery.due_days(propose(60_00, 50))) == 120


def test_how_far_it_is_follows_the_ledger(running, third, manager):
    day = TODAY + timedelta(days=7)
    assert recovery.progress([running], TODAY)[running.pk] == recovery.Progress(0, 0, day)
    assert recovery.progress([running], day + timedelta(days=7))[running.pk].due == 0
    late = recovery.progress([running], day + timedelta(days=8))[running.pk]
    assert (late.due, late.is_late) == (5_00, True)
    came_back(running.spend, 12_00, third, manager, NOW + timedelta(days=1))
    then = recovery.progress([running], day + timedelta(days=8))[running.pk]
    assert (then.back, then.is_late, then.next_on) == (12_00, False, day + timedelta(days=14))


def test_what_came_back_before_it_was_agreed_and_what_was_reversed_does_not_count(paid, propose, third, manager, payer):
    spend = paid().commitment.spend
    came_back(spend, 10_00, third, manager, NOW - timedelta(minutes=1))
    made = recovery.agree(recovery=propose(spend=spend), by=manager, now=NOW)
    assert recovery.progress([made], TODAY)[made.pk].back == 0
    came_back(spend, 5_00, third, manager, NOW + timedelta(minutes=1))
    wrong = spend.transactions.filter(kind="REFUND").order_by("-pk")[0]
    asked = corrections.ask_reversal(wrong=wrong, reason="A mistake", by=third, now=NOW, key=new_key())
    corrections.agree(correction=asked, by=payer, now=NOW, key=new_key())
    assert recovery.progress([made], TODAY)[made.pk].back == 0


def test_it_ends_once_all_came_back_and_thanks_the_person(running, third, manager, client_as, participant):
    came_back(running.spend, 59_99, third, manager)
    with as_service(), acting_as(SYSTEM):
        assert recovery.look_again(now=NOW) == 0
    came_back(running.spend, 1, third, manager)
    with as_service(), acting_as(SYSTEM):
        assert (recovery.look_again(now=NOW), recovery.look_again(now=NOW)) == (1, 0)
    running.refresh_from_db()
    assert (running.state, running.ended_by) == ("DONE", User.objects.service())
    page = client_as(participant.user).get(reverse("budgets:my-request", args=[running.spend_id]))
    assert "£60 came back. You need pay back no more. Thank you." in page.content.decode()


def test_what_does_not_come_is_on_the_workers_list_with_help_first(running, officer):
    day = TODAY + timedelta(days=15)
    assert not any("has not come" in line for line in lines(officer, day - timedelta(days=1)))
    assert "£5 of what Chris pays back has not come. Ask how things are; it can be less, or stop." in [
        line.replace(running.spend.person.called, "Chris") for line in lines(officer, day)
    ]


WAYS_TO = {
    "PROPOSED": lambda row, manager: row,
    "RUNNING": lambda row, manager: recovery.agree(recovery=row, by=manager, now=NOW),
    "REFUSED": lambda row, manager: recovery.refuse(recovery=row, answer="No.", by=manager, now=NOW),
    "STOPPED": lambda row, manager: recovery.stop(recovery=row, why="It does harm.", by=manager, now=NOW),
}
DO = {
    "agree": lambda row, by: recovery.agree(recovery=row, by=by, now=NOW),
    "refuse": lambda row, by: recovery.refuse(recovery=row, answer="No.", by=by, now=NOW),
    "stop": lambda row, by: recovery.stop(recovery=row, why="It does harm.", by=by, now=NOW),
}


@pytest.mark.parametrize("state", WAYS_TO)
@pytest.mark.parametrize("act", DO)
def test_every_act_of_paying_back_begins_in_its_states_alone(propose, manager, act, state):
    row = WAYS_TO[state](propose(), manager)
    if state in recovery.ACTS[act].begins_in:
        DO[act](row, manager)
        return
    with pytest.raises(recovery.AnsweredAlready):
        DO[act](row, manager)
    row.refresh_from_db()
    assert row.state == state


def test_what_is_stopped_says_so_to_the_person(running, manager, client_as, participant):
    recovery.stop(recovery=running, why="It does harm.", by=manager, now=NOW)
    page = client_as(participant.user).get(reverse("budgets:my-request", args=[running.spend_id])).content.decode()
    assert "You need not pay back any more." in page
    assert Message.objects.filter(body__startswith=recovery.TOLD).count() == 2


def test_what_was_only_proposed_is_not_on_the_persons_page(propose, client_as, participant):
    made = propose()
    page = client_as(participant.user).get(reverse("budgets:my-request", args=[made.spend_id])).content.decode()
    assert "To pay back" not in page


def test_the_database_holds_that_two_agree_and_its_terms_stay(propose, third, manager, officer):
    made = propose()
    for by, changes in (
        (third, {"state": "RUNNING", "answered_by": third, "answered_at": NOW}),
        (manager, {"state": "RUNNING", "answered_by": manager, "answered_at": NOW, "amount": 1_00}),
        (officer, {"state": "RUNNING", "answered_by": officer, "answered_at": NOW}),
        (manager, {"state": "DONE", "answered_by": manager, "answered_at": NOW, "ended_by": manager, "ended_at": NOW}),
    ):
        with suppress(DatabaseError), acting_as(by.pk), transaction.atomic():
            Recovery.objects.filter(pk=made.pk).update(**changes)
        made.refresh_from_db()
        assert (made.state, made.amount) == ("PROPOSED", 60_00)


def test_paying_back_is_proposed_answered_and_stopped_on_pages(client_as, third, manager, paid):
    spend = paid().commitment.spend
    client, url = client_as(third), reverse("budgets:recovery-new", args=[spend.pk])
    assert "£100 of what was paid is still out" in client.get(url).content.decode()
    day = timezone.localdate() + timedelta(days=9)
    typed = {
        "amount": "60", "each": "5", "every": "MONTH", "first_on-day": day.day, "first_on-month": day.month,
        "first_on-year": day.year, **WORDS,
    }  # fmt: skip
    assert "Enter that or less" in client.post(url, {**typed, "amount": "100.01"}).content.decode()
    assert "no more than all of it" in client.post(url, {**typed, "each": "61"}).content.decode()
    assert client.post(url, typed).status_code == 302
    made = Recovery.objects.get()
    page = reverse("budgets:recovery", args=[made.pk])
    assert "Someone other than who proposed it" in client.get(page).content.decode()
    second = client_as(manager)
    assert "Do not agree" in second.get(page).content.decode()
    second.post(reverse("budgets:recovery-agree", args=[made.pk]))
    assert "The next part is due on" in second.get(page).content.decode()
    assert second.post(reverse("budgets:recovery-stop", args=[made.pk]), {"why": ""}).status_code == 200
    second.post(reverse("budgets:recovery-stop", args=[made.pk]), {"why": "It does harm."})
    made.refresh_from_db()
    assert (made.state, made.ended_by) == ("STOPPED", manager)
    again = recovery.propose(
        spend=spend, amount=1_00, each=1_00, every="WEEK", first_on=TODAY, by=third, now=NOW, **WORDS
    )
    second.post(reverse("budgets:recovery-refuse", args=[again.pk]), {"answer": "No."})
    again.refresh_from_db()
    assert again.state == "REFUSED"


@pytest.mark.parametrize("missing", ["amount", "each", "every", "why", "tried", "person_said"])
def test_each_question_about_paying_back_is_asked(missing):
    typed = {"amount": "60", "each": "5", "every": "WEEK", **WORDS, missing: ""}
    assert missing in RecoveryForm(typed, today=TODAY, called="Chris").errors


def test_what_came_back_or_was_lost_before_it_was_agreed_is_not_agreed_to(propose, third, manager, payer):
    made = propose(100_00)
    came_back(made.spend, 1, third, manager)
    with pytest.raises(recovery.MoreThanPaid, match="Only £99.99"):
        recovery.agree(recovery=made, by=payer, now=NOW)


def test_it_stops_where_nothing_is_out_any_more(running, third, manager):
    asked = corrections.ask_write_off(
        spend=running.spend, amount=100_00, reason="Lost.", by=third, now=NOW, key=new_key()
    )
    corrections.agree(correction=asked, by=manager, now=NOW, key=new_key())
    with as_service(), acting_as(SYSTEM):
        assert (recovery.look_again(now=NOW), recovery.look_again(now=NOW)) == (1, 0)
    running.refresh_from_db()
    assert (running.state, running.ended_why) == ("STOPPED", recovery.NOTHING_OUT)


def test_it_begins_again_where_what_came_back_was_put_right(running, third, manager, payer):
    came_back(running.spend, 60_00, third, manager)
    with as_service(), acting_as(SYSTEM):
        recovery.look_again(now=NOW)
    wrong = running.spend.transactions.filter(kind="REFUND").get()
    asked = corrections.ask_reversal(wrong=wrong, reason="A mistake", by=third, now=NOW, key=new_key())
    corrections.agree(correction=asked, by=payer, now=NOW, key=new_key())
    with as_service(), acting_as(SYSTEM):
        assert recovery.look_again(now=NOW) == 1
    running.refresh_from_db()
    assert (running.state, running.ended_at) == ("RUNNING", None)


def test_nobody_who_knows_the_person_stops_it(running, manager, participant):
    interests.say(participant=participant, how="A cousin", by=manager, now=NOW)
    with pytest.raises(interests.HasAnInterest):
        recovery.stop(recovery=running, why="So.", by=manager, now=NOW)


def test_whoever_found_the_price_does_not_look(check, officer):
    spend = check.payment.commitment.spend
    type(spend).objects.filter(pk=spend.pk).update(
        about_from=1, found_price=1, found_by=officer, found_at=NOW, granted=1
    )
    with pytest.raises(services.OwnRequest):
        look_at(SpotCheck.objects.get(), officer)


# --- only for a group ----------------------------------------------------------------------------


def test_money_that_only_a_group_uses_is_asked_for_as_a_group(rule, fund, make_request, budget, goal, participant):
    rule(fund, pool_only=True)
    with pytest.raises(rules.AgainstRules, match="only for what a group uses together"):
        make_request()
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)
    asked = services.ask(
        spend=draft, what="A bus to the sea", amount=90_00, purpose="ACTIVITY", for_whom="GROUP", why="All of us.",
        by=participant.user, now=NOW, key=new_key(),
    )  # fmt: skip
    assert asked.state == "ASKED"
    assert "Only for what a group uses together" in MoneyRules.objects.get().in_words


def test_rules_that_came_later_stop_a_yes_for_one_person(rule, fund, make_request, manager):
    spend = make_request()
    rule(fund, pool_only=True)
    with pytest.raises(RuleBroken, match="only for what a group uses together"):
        services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())

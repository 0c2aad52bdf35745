"""What the programme's rules say yes to at once: a worker's small limit, and what a person may have by themselves."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from budgets import by_rule, deciding, interests, receipts, services
from budgets.commands import new_key
from budgets.models import Commitment, OwnLimit, SpendRequest, Transaction, Way
from budgets.verification import differences
from common.postgres.actor import acting_as
from lifeplans import services as plans
from lifeplans.models import Goal
from people.models import Message
from tests.budgets.conftest import money_of
from tests.budgets.test_services import run_together
from tests.budgets.test_ways import acts, asked, in_force, licence, propose  # noqa: F401
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
STEPS = [10_00, 25_00, 50_00]


@pytest.fixture
def agreed(goal, officer):
    """The goal that requests are for is agreed by both: nothing about it is to be looked at."""
    plans.agree_goal(goal=goal, by=officer, today=TODAY, now=NOW - timedelta(days=2))
    goal.refresh_from_db()
    assert goal.status == Goal.Status.AGREED
    return goal


@pytest.fixture
def small(fund, rule, agreed):
    """Rules: £30 where a worker asks, £10 and then more where the person does."""
    return rule(fund, worker_limit=30_00, own_limits=STEPS)


def done(spend: SpendRequest, payer, manager=None) -> None:
    """The thing was bought, and is paid."""
    services.record_payment(
        commitment=spend.commitment, amount=spend.granted, paid_on=TODAY, payee="Shop", by=payer, now=NOW, key=new_key()
    )


def test_what_is_within_the_limit_is_a_yes_of_the_rule_and_money_is_set_aside(small, make_request, participant):
    spend = make_request(10_00, "Bus fare")
    assert (spend.state, spend.granted, spend.decided_by, spend.decided_by_rule) == ("APPROVED", 10_00, None, small)
    assert "£10 within 30 days, what you ask for yourself is a yes at once" in spend.reason
    assert spend.public_sentence == "Someone got £10 (“A home: rent, deposit, furniture”), towards a goal of theirs."
    assert (spend.commitment.amount, spend.commitment.remaining) == (10_00, 10_00)
    assert {each["result"] for each in spend.checked} == {"WELL"}
    assert spend.decider == "the programme’s rules"
    assert differences() == []


def test_a_penny_more_waits_for_a_manager(small, make_request, officer):
    assert make_request(10_01).state == "ASKED"
    assert make_request(30_01, "A", by=officer).state == "ASKED"
    assert make_request(30_00, "B", by=officer).decided_by_rule == small


def test_both_limits_count_all_that_rules_gave_within_thirty_days(small, make_request, officer):
    assert make_request(6_00, "A").state == "APPROVED"
    assert make_request(4_01, "B").state == "ASKED"
    assert make_request(4_00, "C").state == "APPROVED"
    assert make_request(20_01, "D", by=officer).state == "ASKED"
    assert make_request(20_00, "E", by=officer).state == "APPROVED"
    SpendRequest.objects.filter(what__in="ACE").update(decided_at=NOW - timedelta(days=32))
    assert make_request(10_00, "F").state == "APPROVED"


@pytest.mark.parametrize("rules", [{"worker_limit": 30_00}, {"own_limits": STEPS}, {}])
def test_each_limit_is_for_who_it_names(rules, fund, rule, agreed, make_request, officer):
    rule(fund, **rules)
    assert (make_request(5_00, "A").state == "APPROVED") == ("own_limits" in rules)
    assert (make_request(5_00, "B", by=officer).state == "APPROVED") == ("worker_limit" in rules)


def test_what_has_anything_to_look_at_waits_for_a_manager(small, make_request, make_goal, participant):
    not_agreed = make_goal(participant, "I will learn to cook")
    assert make_request(5_00, goal=not_agreed).state == "ASKED"


def test_what_the_fund_has_no_money_for_waits_and_nothing_is_set_aside(
    make_fund, make_budget, participant, rule, agreed, make_request
):
    empty = make_fund("women", "DISCRETIONARY", 0)
    rule(empty, own_limits=STEPS)
    spend = make_request(5_00, budget=make_budget(participant, empty))
    assert spend.state == "ASKED"
    assert not Commitment.objects.exists()


def test_a_yes_of_a_rule_is_told_once_and_is_on_the_record_by_its_version(small, make_request, fund, rule):
    newer = rule(fund, own_limits=[5_00])
    first = make_request(5_00)
    assert first.decided_by_rule == newer
    assert Message.objects.filter(dedupe_key=f"request:{first.pk}:answer").count() == 1
    assert make_request(5_00, "Again").state == "ASKED"


def test_whoever_asked_does_not_pay_what_a_rule_decided(small, make_request, officer, manager, payer):
    spend = make_request(20_00, by=manager)
    assert spend.decided_by_rule == small
    with pytest.raises(deciding.OwnRequest, match="three people"):
        done(spend, manager)
    done(spend, payer)
    assert spend.commitment.payments.get().recorded_by == payer


def test_a_worker_who_knows_the_person_gets_no_yes_from_the_rule(small, make_request, officer, participant):
    interests.say(by=officer, participant=participant, how="A cousin", now=NOW)
    assert make_request(5_00, by=officer).state == "ASKED"


@pytest.mark.parametrize(
    ("kept", "late", "pence"),
    [(0, False, 10_00), (2, False, 10_00), (3, False, 25_00), (6, False, 50_00), (90, False, 50_00), (0, True, 0),
     (3, True, 10_00), (90, True, 25_00)],
)  # fmt: skip
def test_the_steps_go_up_by_things_that_went_as_agreed_and_one_down_while_something_is_late(small, kept, late, pence):
    assert by_rule.worked_out(small, kept, late=late)[0] == pence


def test_a_night_widens_what_a_person_may_have_and_tells_them_why(
    small, make_request, payer, fund, rule, participant, budget
):
    assert by_rule.look_again(now=NOW) == 0
    for what in ("A", "B", "C"):
        done(make_request(3_00, what), payer)
    assert by_rule.look_again(now=NOW + timedelta(days=1)) == 1
    assert by_rule.look_again(now=NOW + timedelta(days=2)) == 0
    newest = budget.own_limits.newest()
    assert (newest.pence, newest.why) == (25_00, "3 things went as agreed. When 3 more things go as agreed, it is £50.")
    assert Message.objects.filter(body__startswith=by_rule.CHANGED).count() == 1
    assert make_request(16_00, "D").state == "APPROVED"


def test_what_is_not_shown_in_time_makes_it_less_until_it_is(
    small,
    goal,
    budget,
    participant,
    payer,
    manager,
    officer,
    in_force,  # noqa: F811
):
    by_rule.look_again(now=NOW)
    in_force(Way.DIRECT)
    spend = asked(budget, goal, participant, 10_01, Way.DIRECT)
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    spend.refresh_from_db()
    done(spend, payer)
    later = NOW + timedelta(weeks=20)
    assert by_rule.look_again(now=later) == 1
    assert budget.own_limits.newest().pence == 0
    assert "one step less" in budget.own_limits.newest().why
    receipts.show(spend=spend, amount=10_01, what="Boots", shop="Shop", bought_on=TODAY, by=officer, now=later)
    assert by_rule.look_again(now=later) == 1
    assert budget.own_limits.newest().pence == 10_00


def test_rules_that_give_less_count_at_once(small, make_request, budget, fund, rule):
    OwnLimit.objects.create(budget=budget, pence=50_00, why="So.", since=NOW - timedelta(days=3))
    rule(fund, own_limits=[5_00])
    assert make_request(5_01, "A").state == "ASKED"
    assert make_request(5_00, "B").state == "APPROVED"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_no_more_than_the_rule_says(small, budget, goal, officer, make_user, team):
    workers = [officer, make_user("Otto Officer", "MANAGER", team)]
    drafts = [services.start_request(budget=budget, goal=goal, without_money="No", by=by) for by in workers]

    def ask(nth: int):
        with acting_as(workers[nth].pk):
            return services.ask(
                spend=drafts[nth], what=f"Boots {nth}", amount=30_00, purpose="HOME", for_whom="ME", why="x",
                by=workers[nth], now=NOW, key=new_key(),
            )  # fmt: skip

    answers = run_together(2, ask)
    assert sorted(each.state for each in answers) == ["APPROVED", "ASKED"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("O'Brien", "for O’Brien"), ("O’Brien", "for O'BRIEN’s room"), ("Smith-Jones", "Mr Smith has it"),
        ("José", "for Jose"), ("Jose", "for José"), ("Brown", "Brown-to-be"), ("Brown", "_Brown_"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(name, said, participant):
    participant.family_name = name
    with pytest.raises(deciding.NamesSomeone):
        deciding.refuse_names(said, participant)


def test_a_name_that_is_a_word_may_be_the_word(participant):
    participant.given_name, participant.family_name = "Will", "Work"
    deciding.refuse_names("I will finish the work.", participant)
    with pytest.raises(deciding.NamesSomeone, match="“Will”"):
        deciding.refuse_names("It is for Will.", participant)


def forced(spend: SpendRequest, **said) -> int:
    yes = {"state": "APPROVED", "decided_at": NOW, "reason": "Yes", "granted": spend.amount, "public_sentence": "Yes."}
    with transaction.atomic():
        return SpendRequest.objects.filter(pk=spend.pk).update(**{**yes, **said})


def test_the_database_lets_no_rule_say_yes_to_more_than_it_says(small, make_request, fund, rule, officer):
    more, waits = make_request(10_01, "A"), make_request(30_01, "B", by=officer)
    for spend in (more, waits):
        with pytest.raises(DatabaseError, match="rules of this money do not allow"):
            forced(spend, decided_by_rule=small)
    newer = rule(fund, own_limits=[20_00])
    with pytest.raises(DatabaseError, match="rules of this money do not allow"):
        forced(more, decided_by_rule=small)
    assert forced(more, decided_by_rule=newer) == 1


@pytest.mark.parametrize("who", ["participant", "officer", "manager"])
def test_nobody_writes_a_yes_of_the_rules_by_hand(who, small, make_request, participant, officer, manager):
    spend = make_request(10_01)
    user = {"participant": participant.user, "officer": officer, "manager": manager}[who]
    with acting_as(user.pk), suppress(DatabaseError):
        assert forced(spend, decided_by_rule=small) == 0  # not theirs to write
    spend.refresh_from_db()
    assert spend.state == "ASKED"


def test_above_their_limit_no_manager_decides(fund, rule, make_request, manager):
    rule(fund, manager_limit=100_00)
    at, above = make_request(100_00, "A"), make_request(100_01, "B")
    answer = {"reason": "Yes", "by": manager, "now": NOW}
    for act in (services.approve_request, services.refuse_request):
        with pytest.raises(deciding.AboveTheLimit, match="Above £100 a panel decides"):
            act(spend=above, **answer, key=new_key())
        with pytest.raises(DatabaseError, match="panel decides above this sum"):
            forced(above, decided_by=manager)
    services.approve_request(spend=at, **answer, key=new_key())


def test_a_yes_in_part_sets_aside_that_much_and_leaves_the_rest(budget, make_request, manager, payer):
    spend = make_request(100_00)
    for pence in (100_01, 0):
        with pytest.raises((deciding.MoreThanAsked, Exception)):
            services.approve_request(spend=spend, reason="Yes", granted=pence, by=manager, now=NOW, key=new_key())
    services.approve_request(spend=spend, reason="Half", granted=50_00, by=manager, now=NOW, key=new_key())
    spend.refresh_from_db()
    assert (spend.state, spend.granted, spend.is_in_part) == ("APPROVED", 50_00, True)
    assert spend.public_sentence == "Someone asked for £100 (“A home: rent, deposit, furniture”), and got £50."
    assert (money_of(budget).committed, money_of(budget).available) == (50_00, 1_950_00)
    done(spend, payer)
    assert Transaction.objects.filter(spend=spend).count() == 2
    assert differences() == []


@pytest.mark.parametrize("said", ["A bed for {given}.", "{family}’s deposit", "we helped {given}’s mother"])
def test_the_sentence_that_anyone_may_read_names_nobody(said, make_request, manager, participant):
    names = {"given": participant.given_name.lower(), "family": participant.family_name}
    about = {"reason": "Yes", "by": manager, "now": NOW, "public_sentence": said.format(**names)}
    with pytest.raises(deciding.NamesSomeone, match="Leave it out"):
        services.approve_request(spend=make_request(), **about, key=new_key())


def test_a_fund_shows_its_decisions_as_anyone_may_read_them(
    make_request, manager, participant, client_as, make_user, fund
):
    spend = make_request(100_00)
    said = "Someone got a deposit, and moved in before winter."
    services.approve_request(spend=spend, reason="Yes", public_sentence=said, by=manager, now=NOW, key=new_key())
    for user in (manager, make_user("Fay Finance", "FINANCE")):
        page = client_as(user).get(reverse("budgets:fund-detail", args=[fund.pk])).content.decode()
        assert "June 2026" in page
        assert said in page
        assert participant.family_name not in page


def test_pages_say_what_the_rule_gives_and_who_decided(small, make_request, client_as, participant, officer, manager):
    page = client_as(participant.user).get(reverse("budgets:my-money")).content.decode()
    assert "Up to <strong>£10</strong> within 30 days you need not wait" in page
    spend = make_request(10_00)
    mine = client_as(participant.user).get(reverse("budgets:my-request", args=[spend.pk])).content.decode()
    assert "We said yes to £10" in mine
    theirs = client_as(officer).get(reverse("budgets:request-detail", args=[spend.pk])).content.decode()
    assert "Approved by the programme’s rules" in theirs

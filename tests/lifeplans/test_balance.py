from __future__ import annotations

from lifeplans import services
from lifeplans.balance import Tilt, balance, weigh
from lifeplans.models import Goal
from tests.conftest import TODAY


def test_no_goals_is_neither_good_nor_bad(plan):
    assert balance(plan).tilt == Tilt.NONE_YET


def test_a_plan_that_touches_no_risk_is_all_well_being(plan, propose):
    propose("I want to play football", good="PLAY")

    assert balance(plan).tilt == Tilt.ALL_WELLBEING


def test_a_plan_that_names_no_good_is_all_control(plan, propose, officer):
    propose("I will be in by seven", good="", need="THINKING", by=officer)

    assert balance(plan).tilt == Tilt.ALL_CONTROL


def test_good_and_risk_together_are_in_balance(plan, propose, officer):
    propose("I want to play football", good="PLAY")
    propose("I will be in by seven", good="", need="THINKING", by=officer)

    weighed = balance(plan)
    assert (weighed.tilt, weighed.both, weighed.own_words_percent) == (Tilt.BALANCED, 0, 50)


def test_closed_goals_do_not_count(plan, propose, officer):
    goal = propose("I will be in by seven", need="THINKING", by=officer)
    services.drop_goal(goal=goal, reason="No", by=officer, today=TODAY)
    propose("I want to play football", good="PLAY")

    assert balance(plan).tilt == Tilt.ALL_WELLBEING


def test_each_goal_is_counted_for_the_good_it_serves_and_the_risk_it_touches(plan, propose, officer):
    propose("I want to play football", good="PLAY")
    propose("I will stay off drugs", good="LIFE", need="DRUGS")
    propose("I will be in by seven", good="", need="THINKING", by=officer)

    weighed = balance(plan)

    assert (weighed.goals, weighed.serve_good, weighed.touch_risk, weighed.both, weighed.in_own_words) == (
        3,
        2,
        2,
        1,
        2,
    )
    assert (weighed.own_words_percent, weighed.is_tilted) == (67, False)
    assert (weighed.title, weighed.sentence) == ("Good and risk together", "")


def test_a_tilt_has_a_title_and_a_sentence(plan, propose, officer):
    assert (balance(plan).own_words_percent, balance(plan).is_tilted) == (0, False)
    assert balance(plan).sentence == "Start with what matters most to the person."
    propose("I will be in by seven", good="", need="THINKING", by=officer)

    weighed = balance(plan)

    assert (weighed.title, weighed.is_tilted) == ("This plan is all control", True)
    assert "they stop coming" in weighed.sentence


def test_a_plan_that_is_all_well_being_is_tilted(plan, propose):
    propose("I want to play football", good="PLAY")

    assert balance(plan).is_tilted


def test_goals_that_are_loaded_are_weighed_without_the_closed_ones():
    goals = [Goal(status=status, good="WORK", words_of="PARTICIPANT") for status in ("AGREED", "ACHIEVED", "DROPPED")]

    weighed = weigh(goals)
    assert (weighed.goals, weighed.serve_good, weighed.in_own_words, weighed.own_words_percent) == (1, 1, 1, 100)

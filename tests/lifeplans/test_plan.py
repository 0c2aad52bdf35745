from __future__ import annotations

from datetime import timedelta

import pytest

from common.errors import RuleBroken
from lifeplans import services
from lifeplans.models import Author, GoodRating, LifePlan, Step, Strength
from tests.conftest import TODAY

YESTERDAY = TODAY - timedelta(days=1)


def test_a_person_has_one_plan_however_often_it_is_started(plan, participant, person_user):
    again = services.start_plan(participant=participant, by=person_user, today=TODAY)

    assert again == plan
    assert LifePlan.objects.count() == 1


def test_own_words_are_kept_and_the_other_text_left_as_it_is(plan, person_user):
    services.write_own_words(plan=plan, story="I grew up in Hull.", by=person_user)
    services.write_own_words(plan=plan, gives_back="I will coach.", by=person_user)

    plan.refresh_from_db()
    assert (plan.story, plan.gives_back) == ("I grew up in Hull.", "I will coach.")


def test_the_latest_rating_of_each_good_counts_and_shows_the_trend(plan, person_user):
    services.rate_goods(plan=plan, ratings={"LIFE": (9, 3), "PLAY": (5, 5)}, by=person_user, today=YESTERDAY)
    services.rate_goods(plan=plan, ratings={"LIFE": (9, 6)}, by=person_user, today=TODAY)

    latest = {r.good: r for r in plan.ratings.latest_of_each().with_trend()}
    assert (latest["LIFE"].satisfaction, latest["LIFE"].change, latest["LIFE"].gap) == (6, 3, 3)
    assert (latest["PLAY"].change, latest["PLAY"].gap) == (0, 0)
    assert GoodRating.objects.count() == 3


def test_a_second_rating_on_the_same_day_corrects_the_first(plan, person_user):
    services.rate_goods(plan=plan, ratings={"LIFE": (9, 3)}, by=person_user, today=TODAY)
    services.rate_goods(plan=plan, ratings={"LIFE": (8, 4)}, by=person_user, today=TODAY)

    assert plan.ratings.get().importance == 8


@pytest.mark.parametrize("pair", [(0, 5), (11, 5), (5, 0), (5, 11)])
def test_ratings_go_from_1_to_10(plan, person_user, pair):
    with pytest.raises(RuleBroken, match="from 1 to 10"):
        services.rate_goods(plan=plan, ratings={"LIFE": pair}, by=person_user, today=TODAY)


def test_a_strength_shows_whose_words_it_is(plan, officer, person_user):
    own = services.add_strength(plan=plan, ring="SELF", text="I can plaster", by=person_user, today=TODAY)
    noted = services.add_strength(
        plan=plan, ring="FAMILY", text="My mum", by=officer, today=TODAY, words_of=Author.PARTICIPANT
    )
    seen = services.add_strength(plan=plan, ring="SELF", text="Keeps his word", by=officer, today=TODAY)

    assert [s.words_of for s in (own, noted, seen)] == [Author.PARTICIPANT, Author.PARTICIPANT, Author.PRACTITIONER]


def test_the_same_strength_is_listed_once(plan, person_user):
    services.add_strength(plan=plan, ring="SELF", text="I can plaster", by=person_user, today=TODAY)

    with pytest.raises(RuleBroken, match="already on the list"):
        services.add_strength(plan=plan, ring="SELF", text="I CAN plaster", by=person_user, today=TODAY)


def test_a_strength_taken_off_the_list_stays_in_the_record(plan, person_user):
    strength = services.add_strength(plan=plan, ring="SELF", text="I can plaster", by=person_user, today=TODAY)

    services.remove_strength(strength=strength, by=person_user, today=TODAY)

    assert not Strength.objects.kept().exists()
    assert Strength.objects.get().removed_on == TODAY


def test_nobody_takes_away_the_other_sides_strength(plan, officer, person_user):
    own = services.add_strength(plan=plan, ring="SELF", text="I can plaster", by=person_user, today=TODAY)
    seen = services.add_strength(plan=plan, ring="SELF", text="Keeps his word", by=officer, today=TODAY)

    with pytest.raises(RuleBroken, match="other person's words"):
        services.remove_strength(strength=own, by=officer, today=TODAY)
    with pytest.raises(RuleBroken, match="other person's words"):
        services.remove_strength(strength=seen, by=person_user, today=TODAY)


def test_a_setback_of_the_plan_as_a_whole_pauses_nothing(plan, agreed, officer):
    setback = services.record_setback(plan=plan, note="Recalled", happened_on=YESTERDAY, by=officer, today=TODAY)

    agreed.refresh_from_db()
    assert (setback.goal, agreed.status) == (None, "AGREED")


def test_a_setback_belongs_to_a_goal_of_the_same_plan(plan, other_goal, officer):
    with pytest.raises(RuleBroken, match="someone else's plan"):
        services.record_setback(plan=plan, goal=other_goal, note="x", happened_on=TODAY, by=officer, today=TODAY)


def test_a_step_says_what_who_and_by_when(agreed, officer):
    step = services.add_step(
        goal=agreed, text="Write the letter", who="PROVIDER", who_name="Shelter", due_on=TODAY, by=officer, today=TODAY
    )

    assert (step.doer, step.due_on, step.words_of, step.position) == ("Shelter", TODAY, Author.PRACTITIONER, 1)


def test_someone_else_has_a_name(agreed, officer):
    with pytest.raises(RuleBroken, match="Say who"):
        services.add_step(goal=agreed, text="x", who="OTHER", by=officer, today=TODAY)


def test_a_person_ticks_their_own_step_and_can_take_the_tick_away(step, person_user):
    done = services.set_step(step=step, status="DONE", by=person_user, today=TODAY)
    assert done.done_on == TODAY

    undone = services.set_step(step=step, status="TO_DO", by=person_user, today=TODAY)
    assert undone.done_on is None


def test_a_person_does_not_tick_someone_elses_step(agreed, officer, person_user):
    step = services.add_step(goal=agreed, text="Ring them", who="PRACTITIONER", by=officer, today=TODAY)

    with pytest.raises(services.NotYourStep):
        services.set_step(step=step, status="DONE", by=person_user, today=TODAY)


def test_a_practitioner_moves_the_date_of_the_persons_step_and_leaves_its_words(step, officer):
    changed = services.edit_step(step=step, text=step.text, who=step.who, due_on=TODAY, by=officer)
    assert changed.due_on == TODAY

    with pytest.raises(services.NotYourWords):
        services.edit_step(step=step, text="Ring twice", who=step.who, by=officer)


def test_a_person_does_not_change_the_practitioners_step(agreed, officer, person_user):
    step = services.add_step(goal=agreed, text="Ring them", who="PRACTITIONER", by=officer, today=TODAY)

    with pytest.raises(services.NotYourWords):
        services.edit_step(step=step, text=step.text, who="PARTICIPANT", by=person_user)


def test_only_steps_of_goals_being_worked_on_are_overdue(agreed, officer, person_user):
    late = {"who": "PARTICIPANT", "due_on": YESTERDAY, "by": officer, "today": TODAY}
    step = services.add_step(goal=agreed, text="Late", **late)
    done = services.add_step(goal=agreed, text="Done", **late)
    services.set_step(step=done, status="DONE", by=officer, today=TODAY)
    assert list(Step.objects.overdue(TODAY)) == [step]

    services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)
    assert not Step.objects.overdue(TODAY).exists()


# --- What is kept, and what is closed ------------------------------------------------------------


@pytest.mark.parametrize("close", [services.achieve_goal, lambda **how: services.drop_goal(reason="x", **how)])
def test_the_steps_of_a_closed_goal_stay_as_they_were(agreed, step, officer, close):
    close(goal=agreed, by=officer, today=TODAY)

    with pytest.raises(services.GoalClosed):
        services.set_step(step=step, status="DONE", by=officer, today=TODAY)
    with pytest.raises(services.GoalClosed):
        services.edit_step(step=step, text=step.text, who=step.who, due_on=TODAY, by=officer)
    with pytest.raises(services.GoalClosed):
        services.add_step(goal=agreed, text="x", who="PARTICIPANT", by=officer, today=TODAY)


def test_a_step_keeps_all_that_was_said_of_it(agreed, officer):
    first = services.add_step(
        goal=agreed, text="Write", who="OTHER", who_name="Sam", due_on=TODAY, by=officer, today=YESTERDAY,
        words_of=Author.PARTICIPANT,
    )  # fmt: skip
    second = services.add_step(goal=agreed, text="Ring", who="PARTICIPANT", by=officer, today=TODAY)

    first.refresh_from_db()
    assert (first.goal, first.text, first.who, first.who_name, first.due_on) == (agreed, "Write", "OTHER", "Sam", TODAY)
    assert (first.words_of, first.added_by, first.added_on) == (Author.PARTICIPANT, officer, YESTERDAY)
    assert (first.position, second.position, second.due_on, second.who_name) == (1, 2, None, "")


def test_a_tick_is_kept_with_its_day_and_the_same_tick_again_changes_nothing(step, person_user):
    services.set_step(step=step, status="DONE", by=person_user, today=YESTERDAY)

    again = services.set_step(step=step, status="DONE", by=person_user, today=TODAY)

    step.refresh_from_db()
    assert (step.status, step.done_on, again.done_on) == ("DONE", YESTERDAY, YESTERDAY)
    services.set_step(step=step, status="TO_DO", by=person_user, today=TODAY)
    step.refresh_from_db()
    assert (step.status, step.done_on) == ("TO_DO", None)


def test_a_practitioner_reports_on_any_step(step, officer):
    assert services.set_step(step=step, status="DONE", by=officer, today=TODAY).done_on == TODAY


def test_every_part_of_a_step_is_changed_by_whose_words_it_is(step, person_user):
    services.edit_step(step=step, text="Write to them", who="OTHER", who_name="Sam", due_on=TODAY, by=person_user)

    step.refresh_from_db()
    assert (step.text, step.who, step.who_name, step.due_on) == ("Write to them", "OTHER", "Sam", TODAY)
    services.edit_step(step=step, text="Write to them", who="PARTICIPANT", by=person_user)
    step.refresh_from_db()
    assert (step.who_name, step.due_on) == ("", None)


def test_who_wrote_a_step_down_for_the_person_may_correct_its_words(agreed, officer, manager):
    step = services.add_step(
        goal=agreed, text="Rign", who="PARTICIPANT", by=officer, today=TODAY, words_of=Author.PARTICIPANT
    )

    assert services.edit_step(step=step, text="Ring", who=step.who, by=officer).text == "Ring"
    with pytest.raises(services.NotYourWords):
        services.edit_step(step=step, text="Rang", who=step.who, by=manager)


def test_a_plan_keeps_who_started_it_and_when(participant, officer):
    plan = services.start_plan(participant=participant, by=officer, today=TODAY)

    assert (plan.participant, plan.started_by, plan.started_on) == (participant, officer, TODAY)


def test_own_words_may_be_taken_out_again(plan, person_user):
    services.write_own_words(plan=plan, story="I grew up in Hull.", gives_back="I will coach.", by=person_user)
    services.write_own_words(plan=plan, story="", gives_back="", by=person_user)

    plan.refresh_from_db()
    assert (plan.story, plan.gives_back) == ("", "")


def test_a_rating_keeps_both_numbers_and_who_gave_them(plan, other_goal, person_user, officer):
    services.rate_goods(plan=other_goal.plan, ratings={"LIFE": (1, 1)}, by=officer, today=TODAY)
    kept = services.rate_goods(plan=plan, ratings={"LIFE": (9, 3), "PLAY": (5, 5)}, by=person_user, today=TODAY)

    rows = {row.good: row for row in plan.ratings.all()}
    assert kept == [rows["LIFE"], rows["PLAY"]]
    assert (rows["LIFE"].importance, rows["LIFE"].satisfaction, rows["LIFE"].rated_by) == (9, 3, person_user)
    assert rows["LIFE"].rated_on == TODAY


def test_the_same_rating_again_stays_with_who_gave_it_first(plan, person_user, officer):
    services.rate_goods(plan=plan, ratings={"LIFE": (9, 3)}, by=person_user, today=TODAY)
    services.rate_goods(plan=plan, ratings={"LIFE": (9, 3)}, by=officer, today=TODAY)
    assert plan.ratings.get().rated_by == person_user

    services.rate_goods(plan=plan, ratings={"LIFE": (9, 4)}, by=officer, today=TODAY)

    assert (plan.ratings.get().rated_by, plan.ratings.get().satisfaction) == (officer, 4)


def test_a_strength_keeps_who_added_it_and_its_removal_its_day(plan, officer, person_user):
    noted = services.add_strength(
        plan=plan, ring="FAMILY", text="My mum", by=officer, today=YESTERDAY, words_of=Author.PARTICIPANT
    )
    assert (noted.plan, noted.ring, noted.added_by, noted.added_on) == (plan, "FAMILY", officer, YESTERDAY)

    services.remove_strength(strength=noted, by=officer, today=YESTERDAY)
    again = services.remove_strength(strength=noted, by=person_user, today=TODAY)

    noted.refresh_from_db()
    assert (noted.removed_on, again.removed_on) == (YESTERDAY, YESTERDAY), "removed once"


def test_a_setback_keeps_its_days_and_who_wrote_it_down(plan, agreed, officer, person_user):
    setback = services.record_setback(plan=plan, goal=agreed, note="x", happened_on=YESTERDAY, by=officer, today=TODAY)

    assert (setback.plan, setback.goal, setback.happened_on, setback.recorded_on) == (plan, agreed, YESTERDAY, TODAY)
    assert (setback.recorded_by, setback.words_of) == (officer, Author.PRACTITIONER)
    own = services.record_setback(
        plan=plan, note="y", happened_on=TODAY, by=person_user, today=TODAY, words_of=Author.PRACTITIONER
    )
    assert own.words_of == Author.PARTICIPANT

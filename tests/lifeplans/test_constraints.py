"""Each promise of the tables, broken through the ORM."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from common.postgres.actor import acting_as
from lifeplans.models import Goal, GoodRating, LifePlan, PlanVersion, Setback, Step, Strength
from tests.conftest import NOW, TODAY

LATER = TODAY + timedelta(days=1)
EARLIER = TODAY - timedelta(days=1)


def breaks(name: str, row, **fields) -> None:
    for field, value in fields.items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()


@pytest.fixture
def goal(agreed) -> Goal:
    return agreed


GOAL = {
    "goal_says_something": {"title": ""},
    "goal_words_of_is_known": {"words_of": "ROBOT"},
    "goal_good_is_known": {"good": "LUCK"},
    "goal_status_is_known": {"status": "LOST"},
    "goal_serves_a_good_or_touches_a_need": {"good": "", "need": ""},
    "goal_need_is_known": {"need": "LUCK"},
    "worked_on_goal_was_agreed": {"agreed_on": None},
    "agreed_goal_has_two_yeses": {"practitioner_said": "DISAGREE", "practitioner_words": "No"},
    "paused_goal_says_when": {"paused_on": TODAY},
    "achieved_goal_says_when": {"status": "ACHIEVED"},
    "dropped_goal_says_when": {"status": "DROPPED", "drop_reason": "x"},
    "dropped_goal_says_why": {"status": "DROPPED", "dropped_on": TODAY},
    "only_an_achieved_goal_helped": {"how_it_helped": "x"},
    "goal_dates_in_order": {"agreed_on": EARLIER},
    "goal_participant_said_is_known": {"status": "PROPOSED", "agreed_on": None, "participant_said": "PERHAPS"},
    "participant_answer_says_when_and_by_whom": {"participant_said_at": None},
    "participant_disagreement_has_words": {"status": "PROPOSED", "agreed_on": None, "participant_said": "DISAGREE"},
    "goal_practitioner_said_is_known": {"status": "PROPOSED", "agreed_on": None, "practitioner_said": "PERHAPS"},
    "practitioner_answer_says_when_and_by_whom": {"practitioner_said_by": None},
    "practitioner_disagreement_has_words": {"status": "PROPOSED", "agreed_on": None, "practitioner_said": "DISAGREE"},
}


@pytest.mark.parametrize("name", GOAL)
def test_a_goal_keeps_its_promise(goal, name):
    breaks(name, goal, **GOAL[name])


def test_every_promise_of_a_goal_is_broken_here():
    checked = {c.name for c in Goal._meta.constraints} - {"goal_title_unique_while_open"}

    assert checked == set(GOAL)


def test_open_goals_of_a_plan_have_words_of_their_own(goal, propose):
    breaks("goal_title_unique_while_open", propose("Another"), title=goal.title.upper())


STEP = {
    "step_says_something": {"text": ""},
    "step_words_of_is_known": {"words_of": "ROBOT"},
    "step_who_is_known": {"who": "ROBOT"},
    "step_status_is_known": {"status": "LOST"},
    "done_step_says_when": {"status": "DONE"},
    "someone_else_has_a_name": {"who": "OTHER"},
}


@pytest.mark.parametrize("name", STEP)
def test_a_step_keeps_its_promise(step, name):
    breaks(name, step, **STEP[name])


RATING = {
    "importance_from_1_to_10": {"importance": 11},
    "satisfaction_from_1_to_10": {"satisfaction": 0},
    "goodrating_good_is_known": {"good": "GOLD"},
}


@pytest.mark.parametrize("name", RATING)
def test_a_rating_keeps_its_promise(plan, officer, name):
    rating = GoodRating(plan=plan, good="LIFE", importance=5, satisfaction=5, rated_on=TODAY, rated_by=officer)

    breaks(name, rating, **RATING[name])


def test_a_good_is_rated_once_a_day(plan, officer):
    fields = {"plan": plan, "good": "LIFE", "importance": 5, "satisfaction": 5, "rated_on": TODAY, "rated_by": officer}
    GoodRating.objects.create(**fields)

    breaks("one_rating_of_a_good_a_day", GoodRating(**fields))


STRENGTH = {
    "strength_ring_is_known": {"ring": "MOON"},
    "strength_says_something": {"text": ""},
    "strength_words_of_is_known": {"words_of": "ROBOT"},
    "strength_removed_after_it_was_added": {"removed_on": EARLIER},
}


@pytest.mark.parametrize("name", STRENGTH)
def test_a_strength_keeps_its_promise(plan, officer, name):
    strength = Strength(plan=plan, ring="SELF", text="x", words_of="PARTICIPANT", added_by=officer, added_on=TODAY)

    breaks(name, strength, **STRENGTH[name])


def test_a_kept_strength_is_listed_once(plan, officer):
    fields = {"plan": plan, "ring": "SELF", "words_of": "PARTICIPANT", "added_by": officer, "added_on": TODAY}
    Strength.objects.create(text="Plastering", **fields)

    breaks("strength_listed_once", Strength(text="plastering", **fields))


SETBACK = {
    "setback_says_something": {"note": ""},
    "setback_words_of_is_known": {"words_of": "ROBOT"},
    "setback_has_happened": {"happened_on": LATER},
    "a_setback_that_was_seen_says_by_whom": {"seen_on": TODAY},
}


@pytest.mark.parametrize("name", SETBACK)
def test_a_setback_keeps_its_promise(plan, officer, name):
    setback = Setback(
        plan=plan, note="x", words_of="PARTICIPANT", happened_on=TODAY, recorded_on=TODAY, recorded_by=officer
    )

    breaks(name, setback, **SETBACK[name])


def test_a_person_has_one_plan(plan, participant, officer):
    breaks("participant_id", LifePlan(participant=participant, started_on=TODAY, started_by=officer))


@pytest.fixture
def version(plan, officer) -> PlanVersion:
    fields = {"agreed_on": TODAY, "snapshot": {}, "made_by": officer, "made_at": NOW}
    return PlanVersion.objects.create(plan=plan, number=1, **fields)


def test_versions_have_numbers_of_their_own_from_1(plan, officer, version):
    fields = {"plan": plan, "agreed_on": TODAY, "snapshot": {}, "made_by": officer, "made_at": NOW}

    breaks("plan_version_numbered_once", PlanVersion(number=1, **fields))
    breaks("plan_versions_start_at_1", PlanVersion(number=0, **fields))


def test_an_agreed_plan_is_never_changed_or_deleted(version):
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanVersion.objects.update(snapshot={"story": "other"})
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanVersion.objects.all().delete()


@pytest.mark.parametrize("model", [LifePlan, GoodRating, Strength, Goal, Step, Setback])
def test_the_web_may_add_history_and_never_change_it(db, model):
    table = model.history.model._meta.db_table
    for command in (f"update {table} set history_type = '-'", f"delete from {table}"):
        with acting_as(None), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(command)


def test_every_promise_of_the_floor_is_broken_here():
    tested = {*STEP, *RATING, *STRENGTH, *SETBACK, "one_rating_of_a_good_a_day", "strength_listed_once"}
    tested |= {"plan_version_numbered_once", "plan_versions_start_at_1"}
    models = [Step, GoodRating, Strength, Setback, PlanVersion, LifePlan]

    assert {c.name for model in models for c in model._meta.constraints} == tested

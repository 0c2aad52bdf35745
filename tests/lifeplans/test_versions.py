from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lifeplans import services
from lifeplans.models import Answer, PlanVersion
from tests.conftest import NOW, TODAY
from tests.threads import as_we_are

WHEN = {"today": TODAY, "now": NOW}


def test_a_plan_needs_a_goal_that_both_agreed(plan, proposed, officer):
    with pytest.raises(services.NoAgreedGoal):
        services.agree_plan(plan=plan, by=officer, **WHEN)


def test_each_agreed_goal_needs_a_step(plan, agreed, officer):
    with pytest.raises(services.StepMissing, match="I want a place of my own"):
        services.agree_plan(plan=plan, by=officer, **WHEN)


def test_a_step_that_is_not_needed_is_no_step(plan, agreed, step, officer):
    services.set_step(step=step, status="NOT_NEEDED", by=officer, today=TODAY)

    with pytest.raises(services.StepMissing):
        services.agree_plan(plan=plan, by=officer, **WHEN)


def test_a_version_reads_as_the_plan_read_then(plan, agreed, step, officer, person_user):
    services.add_strength(plan=plan, ring="SELF", text="I can plaster", by=person_user, today=TODAY)
    services.rate_goods(plan=plan, ratings={"LIFE": (9, 3)}, by=person_user, today=TODAY)
    version = services.agree_plan(plan=plan, by=officer, **WHEN)

    services.edit_goal_words(goal=agreed, title="I want a boat", why="", by=person_user, **WHEN)

    kept = PlanVersion.objects.get(pk=version.pk).snapshot
    assert kept["goals"][0]["title"] == "I want a place of my own"
    assert kept["goals"][0]["whose"] == "Jordan’s own words"
    assert kept["goals"][0]["participant"]["answer"] == "Agrees"
    assert kept["goals"][0]["steps"] == [
        {"text": "Ring the council", "who": "Jordan", "due": "", "state": "To do", "done": ""}
    ]
    assert kept["strengths"][0]["things"] == [{"text": "I can plaster", "whose": "Jordan’s own words"}]
    assert kept["goods"][0]["importance"] == 9


def test_disagreement_goes_into_the_version_and_is_shown_as_such(plan, agreed, step, propose, officer, person_user):
    goal = propose("I will keep to my curfew", by=officer)
    services.say(goal=goal, answer=Answer.DISAGREE, words="It is too early", by=person_user, **WHEN)

    kept = services.agree_plan(plan=plan, by=officer, **WHEN).snapshot

    assert [g["title"] for g in kept["goals"]] == ["I want a place of my own"]
    assert kept["not_agreed"][0]["participant"]["words"] == "It is too early"


def test_nothing_new_makes_no_new_version(plan, agreed, step, officer):
    services.agree_plan(plan=plan, by=officer, **WHEN)

    with pytest.raises(services.NothingNew, match="version 1"):
        services.agree_plan(plan=plan, by=officer, **WHEN)


@pytest.mark.django_db(transaction=True)
def test_versions_are_numbered_one_after_another_when_many_press_at_once(plan, agreed, step, officer):
    def change_and_agree(n: int) -> int:
        try:
            services.add_strength(plan=plan, ring="SELF", text=f"Strength {n}", by=officer, today=TODAY)
            return services.agree_plan(plan=plan, by=officer, **WHEN).number
        except services.NothingNew:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(as_we_are(change_and_agree), range(8)))

    numbers = list(PlanVersion.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_a_version_keeps_its_number_who_made_it_and_when(plan, agreed, step, officer, person_user):
    first = services.agree_plan(plan=plan, by=officer, **WHEN)
    services.edit_step(step=step, text="Ring them twice", who=step.who, by=person_user)
    second = services.agree_plan(plan=plan, by=officer, **WHEN)

    assert [(v.number, v.plan, v.agreed_on, v.made_by, v.made_at) for v in (first, second)] == [
        (1, plan, TODAY, officer, NOW),
        (2, plan, TODAY, officer, NOW),
    ]


def test_what_reads_as_an_older_version_did_is_new_beside_the_newest(plan, agreed, step, officer, person_user):
    for text in ("Ring the council", "Ring them twice", "Ring the council"):
        services.edit_step(step=step, text=text, who=step.who, by=person_user)
        made = services.agree_plan(plan=plan, by=officer, **WHEN)

    assert made.number == 3


def test_a_kept_plan_says_who_wrote_down_the_persons_yes(plan, propose, officer):
    """The printed plan said that the person agrees, where a practitioner had recorded it for them."""
    goal = services.say(goal=propose(by=officer), answer=Answer.AGREE, by=officer, author="PARTICIPANT", **WHEN)
    services.say(goal=goal, answer=Answer.AGREE, by=officer, **WHEN)
    services.add_step(goal=goal, text="Ring the council", who="PARTICIPANT", by=officer, today=TODAY)
    version = services.agree_plan(plan=plan, by=officer, **WHEN)

    said = PlanVersion.objects.get(pk=version.pk).snapshot["goals"][-1]["participant"]

    assert (said["answer"], said["by"], said["taken_down"]) == ("Agrees", officer.name, "yes")

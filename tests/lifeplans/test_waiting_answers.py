"""What is said to a goal by a way in that a second person has yet to confirm."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from common.postgres.actor import acting_as
from lifeplans import services
from lifeplans.models import Answer, Author, Goal
from people.access import sign_in_changes
from people.sign_in import code_letters
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(participant, officer):
    code_letters.give(participant=participant, by=officer, now=NOW)
    return participant.sign_in_changes.get(kind="LETTER")


@pytest.fixture
def by_letter(person_user, letter):
    """The account, as it acts in a session that began by the letter."""
    person_user.unconfirmed_way = letter
    return person_user


def say(goal: Goal, by, answer: str = Answer.AGREE, **more) -> Goal:
    return services.say(goal=goal, answer=answer, by=by, today=TODAY, now=NOW, **more)


def test_two_yeses_of_which_one_waits_are_no_agreement(propose, by_letter, officer, letter):
    goal = say(propose(by=by_letter), officer)

    assert (goal.participant_said, goal.practitioner_said) == ("AGREE", "AGREE")
    assert (goal.status, goal.agreed_on, goal.participant_waits_for) == ("PROPOSED", None, letter)
    with pytest.raises(services.NoAgreedGoal):
        services.agree_plan(plan=goal.plan, by=officer, today=TODAY, now=NOW)


def test_once_it_is_them_the_goal_is_agreed(propose, by_letter, officer, letter, manager):
    goal = say(propose(by=by_letter), officer)

    sign_in_changes.confirm(change=letter, by=manager, now=NOW)

    goal.refresh_from_db()
    assert (goal.status, goal.agreed_on, goal.participant_waits_for) == ("AGREED", TODAY, None)


def test_a_yes_that_waited_alone_still_waits_for_the_other_side(propose, by_letter, letter, manager):
    goal = propose(by=by_letter)

    sign_in_changes.confirm(change=letter, by=manager, now=NOW)

    goal.refresh_from_db()
    assert (goal.status, goal.participant_said, goal.participant_waits_for) == ("PROPOSED", "AGREE", None)


def test_once_it_is_not_them_the_goal_waits_for_the_person_again(propose, by_letter, officer, letter, manager):
    goal = say(propose(by=by_letter), officer)

    sign_in_changes.refuse(change=letter, by=manager, now=NOW)

    goal.refresh_from_db()
    assert (goal.status, goal.participant_said, goal.participant_waits_for) == ("PROPOSED", "", None)
    assert goal in Goal.objects.waiting_for(Author.PARTICIPANT)


def test_an_agreed_goal_that_they_say_no_to_is_still_open_to_their_yes(agreed, by_letter, letter, manager):
    goal = say(agreed, by_letter, Answer.DISAGREE, words="Not now")
    assert goal.status == "PROPOSED"

    sign_in_changes.refuse(change=letter, by=manager, now=NOW)
    goal = say(goal, goal.plan.participant.user)

    assert goal.status == "AGREED"


def test_said_again_by_a_known_way_in_it_counts_at_once(propose, by_letter, officer, person_user):
    goal = say(propose(by=by_letter), officer)
    person_user.unconfirmed_way = None

    assert say(goal, person_user).status == "AGREED"


def test_changed_words_wait_like_an_answer(propose, by_letter, letter):
    own = propose(by=by_letter)
    goal = services.edit_goal_words(goal=own, title="A flat", why="", by=by_letter, today=TODAY, now=NOW)

    assert (goal.participant_said, goal.participant_waits_for) == ("AGREE", letter)


def test_what_staff_write_down_is_marked_as_theirs_and_waits_for_nothing(propose, officer, letter):
    goal = say(propose(by=officer), officer, author=Author.PARTICIPANT)

    assert (goal.participant_said_by, goal.participant_waits_for, goal.status) == (officer, None, "AGREED")


def test_the_database_too_knows_no_agreement_that_waits(agreed, letter):
    with pytest.raises(IntegrityError, match="agreed_goal_has_two_yeses"), transaction.atomic():
        Goal.objects.filter(pk=agreed.pk).update(participant_waits_for=letter)


def test_the_web_cannot_let_go_of_what_waits(propose, by_letter, officer):
    goal = propose(by=by_letter)

    with acting_as(officer.pk), pytest.raises(ProgrammingError, match="who signed in"), transaction.atomic():
        Goal.objects.filter(pk=goal.pk).update(participant_waits_for=None)


def test_both_read_that_the_answer_waits(propose, by_letter, officer, letter, client_as, participant, team):
    goal = propose(by=by_letter)

    mine = client_as(participant.user).get(f"/me/plan/goals/{goal.pk}/").content.decode()
    theirs = client_as(officer).get(f"/people/{participant.ref}/plan/").content.decode()

    assert f"Waiting for {team.name} to confirm that it is you" in mine
    assert "It counts once a colleague has confirmed that it was" in theirs


def test_by_a_way_in_that_waits_nothing_that_the_person_wrote_is_changed(propose, person_user, letter, officer, agreed):
    plan = agreed.plan
    services.write_own_words(plan=plan, by=person_user, story="I grew up in Preston.")
    strength = services.add_strength(plan=plan, ring="SELF", text="I do not give up", by=person_user, today=TODAY)
    step = services.add_step(goal=agreed, text="Ring the college", who="PARTICIPANT", by=person_user, today=TODAY)
    person_user.unconfirmed_way = letter
    acts = [
        lambda: services.edit_goal_words(goal=agreed, title="Else", why="", by=person_user, today=TODAY, now=NOW),
        lambda: services.write_own_words(plan=plan, by=person_user, story="Nothing."),
        lambda: services.remove_strength(strength=strength, by=person_user, today=TODAY),
        lambda: services.edit_step(step=step, text="Else", who="PARTICIPANT", by=person_user),
    ]

    for act in acts:
        with pytest.raises(sign_in_changes.NotWithThis, match="Then do this"):
            act()
    goal = propose("I will learn to swim", by=person_user)
    services.edit_goal_words(goal=goal, title="Mine still", why="", by=person_user, today=TODAY, now=NOW)

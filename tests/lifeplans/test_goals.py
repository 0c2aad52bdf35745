from __future__ import annotations

from datetime import timedelta

import pytest

from common.errors import RuleBroken
from lifeplans import services
from lifeplans.models import Answer, Author, Goal
from people.models import Message, Requirement
from tests.conftest import NOW, TODAY, service_account

WHEN = {"today": TODAY, "now": NOW}


def test_a_goal_the_person_proposes_is_in_their_words_with_their_yes(proposed, person_user):
    assert proposed.words_of == Author.PARTICIPANT
    assert (proposed.participant_said, proposed.participant_said_by) == (Answer.AGREE, person_user)
    assert proposed.practitioner_said == ""
    assert proposed.status == Goal.Status.PROPOSED


def test_a_goal_the_practitioner_proposes_waits_for_the_person(propose, officer):
    goal = propose("I will keep to my curfew", by=officer, need="THINKING")

    assert goal.words_of == Author.PRACTITIONER
    assert goal in Goal.objects.waiting_for(Author.PARTICIPANT)
    assert goal not in Goal.objects.waiting_for(Author.PRACTITIONER)


def test_a_practitioner_may_write_down_the_persons_own_words(propose, officer):
    goal = propose("I want to see my kids", by=officer, words_of=Author.PARTICIPANT)

    assert goal.words_of == Author.PARTICIPANT
    assert (goal.participant_said, goal.participant_said_by) == (Answer.AGREE, officer)


def test_a_person_cannot_write_as_the_practitioner(propose, person_user):
    goal = propose("I want a job", by=person_user, words_of=Author.PRACTITIONER)

    assert goal.words_of == Author.PARTICIPANT


def test_goals_are_put_in_the_order_they_came(propose):
    assert [propose(f"Goal {n}").position for n in (1, 2, 3)] == [1, 2, 3]


def test_the_same_words_twice_while_open_are_refused(proposed, propose):
    with pytest.raises(RuleBroken, match="already a goal with those words"):
        propose("i WANT a place of my own")


def test_the_same_words_again_after_the_goal_was_dropped_are_welcome(proposed, propose, person_user):
    services.drop_goal(goal=proposed, reason="Not now", by=person_user, today=TODAY)

    assert propose().pk != proposed.pk


def test_a_goal_names_a_good_or_a_need(propose):
    with pytest.raises(RuleBroken, match="what this goal is good for"):
        propose("I want", good="", need="")


def test_a_requirement_of_someone_elses_sentence_is_refused(propose, other_participant, officer):
    theirs = Requirement.objects.create(sentence=other_participant.sentences.get(), kind="RESIDENCE")

    with pytest.raises(RuleBroken, match="someone else"):
        propose(by=officer, requirement=theirs)


def test_two_yeses_make_a_goal_agreed(proposed, officer):
    goal = services.say(goal=proposed, answer=Answer.AGREE, by=officer, **WHEN)

    assert (goal.status, goal.agreed_on) == (Goal.Status.AGREED, TODAY)


@pytest.mark.parametrize("answer", [Answer.DISAGREE, Answer.COULD_NOT_ANSWER])
def test_anything_but_a_yes_needs_words(proposed, officer, answer):
    with pytest.raises(RuleBroken, match="Say why"):
        services.say(goal=proposed, answer=answer, by=officer, **WHEN)


def test_an_unknown_answer_is_refused(proposed, officer):
    with pytest.raises(RuleBroken, match="Choose agree"):
        services.say(goal=proposed, answer="MAYBE", by=officer, **WHEN)


def test_disagreement_is_kept_and_leaves_the_goal_to_be_agreed(agreed, person_user):
    goal = services.say(goal=agreed, answer=Answer.DISAGREE, words="It is not mine", by=person_user, **WHEN)

    assert (goal.status, goal.agreed_on) == (Goal.Status.PROPOSED, None)
    assert goal.is_disputed
    assert goal.participant_words == "It is not mine"


def test_a_practitioner_writes_down_what_the_person_said_face_to_face(propose, officer):
    goal = propose("I will go to the group", by=officer)

    goal = services.say(
        goal=goal, answer=Answer.COULD_NOT_ANSWER, words="Was too upset", author=Author.PARTICIPANT, by=officer, **WHEN
    )

    assert (goal.participant_said, goal.participant_said_by) == (Answer.COULD_NOT_ANSWER, officer)


def test_nobody_overrules_the_answer_a_person_gave_themselves(propose, officer, person_user):
    goal = propose("I will go to the group", by=officer)
    services.say(goal=goal, answer=Answer.DISAGREE, words="No", by=person_user, **WHEN)

    with pytest.raises(services.AnsweredThemselves, match="Only they can change"):
        services.say(goal=goal, answer=Answer.AGREE, author=Author.PARTICIPANT, by=officer, **WHEN)


def test_a_person_cannot_answer_for_the_practitioner(proposed, person_user):
    goal = services.say(goal=proposed, answer=Answer.AGREE, author=Author.PRACTITIONER, by=person_user, **WHEN)

    assert goal.practitioner_said == ""


def test_new_words_reopen_what_was_agreed(agreed, person_user):
    goal = services.edit_goal_words(goal=agreed, title="I want my own flat", why="Peace", by=person_user, **WHEN)

    assert (goal.status, goal.agreed_on) == (Goal.Status.PROPOSED, None)
    assert (goal.participant_said, goal.practitioner_said) == (Answer.AGREE, "")


def test_the_same_words_reopen_nothing(agreed, person_user):
    goal = services.edit_goal_words(goal=agreed, title=agreed.title, why=agreed.why, by=person_user, **WHEN)

    assert goal.status == Goal.Status.AGREED


def test_nobody_edits_the_other_sides_words(proposed, propose, officer, person_user):
    hers = propose("I will keep to my curfew", by=officer)

    with pytest.raises(services.NotYourWords):
        services.edit_goal_words(goal=proposed, title="x", why="", by=officer, **WHEN)
    with pytest.raises(services.NotYourWords):
        services.edit_goal_words(goal=hers, title="x", why="", by=person_user, **WHEN)


def test_words_written_down_for_the_person_can_be_corrected_until_they_answer_themselves(propose, officer, person_user):
    goal = propose("I want to see my kisd", by=officer, words_of=Author.PARTICIPANT)
    goal = services.edit_goal_words(goal=goal, title="I want to see my kids", why="", by=officer, **WHEN)
    services.say(goal=goal, answer=Answer.AGREE, by=person_user, **WHEN)

    with pytest.raises(services.NotYourWords):
        services.edit_goal_words(goal=goal, title="I want", why="", by=officer, **WHEN)


def link(goal: Goal, by, **changes) -> Goal:
    names = ["good", "need", "risk_note", "gives_back", "target_date", "requirement"]
    return services.link_goal(goal=goal, by=by, **WHEN, **{name: getattr(goal, name) for name in names} | changes)


def test_filling_a_blank_leaves_the_yeses_standing(agreed, officer):
    goal = link(agreed, officer, need="ACCOMMODATION", target_date=TODAY + timedelta(days=90))

    assert (goal.status, goal.need) == (Goal.Status.AGREED, "ACCOMMODATION")


def test_changing_the_good_reopens_the_goal(agreed, officer):
    goal = link(agreed, officer, good="PLAY")

    assert (goal.status, goal.participant_said) == (Goal.Status.PROPOSED, "")


def test_a_person_does_not_link_goals_to_needs(agreed, person_user):
    with pytest.raises(services.NotYourGoal):
        link(agreed, person_user, need="DRUGS")


def test_a_setback_pauses_a_goal_and_erases_nothing(agreed, step, officer, person_user):
    services.set_step(step=step, status="DONE", by=person_user, today=TODAY)

    goal = services.pause_goal(goal=agreed, note="A bad week", happened_on=TODAY, by=officer, today=TODAY)

    assert (goal.status, goal.paused_on, goal.agreed_on) == (Goal.Status.PAUSED, TODAY, TODAY)
    assert goal.steps.get().status == "DONE"
    assert goal.setbacks.get().note == "A bad week"


def test_a_paused_goal_is_taken_up_where_it_was_left(agreed, officer):
    services.pause_goal(goal=agreed, note="A bad week", happened_on=TODAY, by=officer, today=TODAY)

    goal = services.resume_goal(goal=agreed, by=officer, today=TODAY)

    assert (goal.status, goal.paused_on, goal.agreed_on) == (Goal.Status.AGREED, None, TODAY)


def test_only_what_is_agreed_is_paused_and_only_what_is_paused_resumed(proposed, officer):
    with pytest.raises(services.GoalNotAgreed):
        services.pause_goal(goal=proposed, note="x", happened_on=TODAY, by=officer, today=TODAY)
    with pytest.raises(services.GoalNotAgreed):
        services.resume_goal(goal=proposed, by=officer, today=TODAY)


def test_a_setback_of_tomorrow_is_refused_and_pauses_nothing(agreed, officer):
    tomorrow = TODAY + timedelta(days=1)

    with pytest.raises(RuleBroken, match="has happened already"):
        services.pause_goal(goal=agreed, note="x", happened_on=tomorrow, by=officer, today=TODAY)

    agreed.refresh_from_db()
    assert agreed.status == Goal.Status.AGREED


def test_an_achieved_goal_says_when_and_how_it_helped(agreed, person_user):
    goal = services.achieve_goal(goal=agreed, how_it_helped="I sleep", by=person_user, today=TODAY)

    assert (goal.status, goal.achieved_on, goal.how_it_helped) == (Goal.Status.ACHIEVED, TODAY, "I sleep")
    assert goal not in Goal.objects.open()


def test_a_goal_nobody_agreed_is_not_achieved(proposed, officer):
    with pytest.raises(services.GoalNotAgreed):
        services.achieve_goal(goal=proposed, by=officer, today=TODAY)


def test_dropping_needs_a_reason(proposed, person_user):
    with pytest.raises(RuleBroken, match="Say why"):
        services.drop_goal(goal=proposed, reason="", by=person_user, today=TODAY)


def test_a_person_does_not_drop_what_the_practitioner_put_forward(propose, officer, person_user):
    hers = propose("I will keep to my curfew", by=officer)

    with pytest.raises(services.NotYourGoal, match="Tell them that you do not agree"):
        services.drop_goal(goal=hers, reason="No", by=person_user, today=TODAY)


def test_a_person_does_not_drop_a_goal_that_meets_a_requirement(propose, participant, person_user, agreed, officer):
    asked = Requirement.objects.create(sentence=participant.sentences.get(), kind="RESIDENCE")
    link(agreed, officer, requirement=asked)

    with pytest.raises(services.NotYourGoal):
        services.drop_goal(goal=agreed, reason="No", by=person_user, today=TODAY)


def test_a_closed_goal_stays_as_it_was(agreed, officer, person_user):
    services.achieve_goal(goal=agreed, by=officer, today=TODAY)

    with pytest.raises(services.GoalClosed):
        services.edit_goal_words(goal=agreed, title="x", why="", by=person_user, **WHEN)
    with pytest.raises(services.GoalClosed):
        services.say(goal=agreed, answer=Answer.AGREE, by=person_user, **WHEN)
    with pytest.raises(services.GoalClosed):
        services.drop_goal(goal=agreed, reason="x", by=officer, today=TODAY)
    with pytest.raises(services.GoalClosed):
        services.add_step(goal=agreed, text="x", who="PARTICIPANT", by=officer, today=TODAY)


def test_a_goal_moves_up_past_the_one_before_it(propose):
    first, second = propose("First"), propose("Second")

    services.move_goal_up(goal=second, by=service_account())

    assert list(Goal.objects.in_order()) == [second, first]


def test_agreeing_in_one_press_names_the_need(proposed, officer):
    goal = services.agree_goal(goal=proposed, need="ACCOMMODATION", by=officer, **WHEN)

    assert (goal.status, goal.need) == (Goal.Status.AGREED, "ACCOMMODATION")


def test_the_person_is_asked_once_a_day_and_never_told_what_by_text(propose, officer, participant):
    propose("I will keep to my curfew", by=officer)
    propose("I will go to the group", by=officer)

    message = Message.objects.get(participant=participant)
    assert "curfew" not in message.body


def test_someone_in_custody_is_asked_face_to_face(propose, officer, participant):
    from people.models import Prison

    participant.prison, participant.whereabouts = Prison.objects.create(code="PNI", name="Preston"), "PRISON"
    participant.save()

    propose("I will keep to my curfew", by=officer)

    assert not Message.objects.filter(participant=participant).exists()


def test_what_changes_on_a_goal_is_in_its_history(agreed, person_user):
    services.edit_goal_words(goal=agreed, title="I want my own flat", why="", by=person_user, **WHEN)

    titles = list(agreed.history.order_by("history_id").values_list("title", flat=True))
    assert titles[0] == "I want a place of my own"
    assert titles[-1] == "I want my own flat"


# --- What is kept, and what stays as it was ------------------------------------------------------


def test_a_goal_keeps_all_that_was_said_of_it(plan, propose, participant, officer):
    asked = Requirement.objects.create(sentence=participant.sentences.get(), kind="RESIDENCE")
    fields = {
        "why": "Peace", "good": "LIFE", "need": "ACCOMMODATION", "risk_note": "Away from Mill St", "gives_back": True,
        "target_date": TODAY + timedelta(days=90), "requirement": asked,
    }  # fmt: skip

    goal = Goal.objects.get(pk=propose(by=officer, **fields).pk)

    assert {name: getattr(goal, name) for name in fields} == fields
    assert (goal.plan, goal.proposed_by, goal.proposed_on, goal.position) == (plan, officer, TODAY, 1)
    assert (goal.practitioner_said_by, goal.practitioner_said_at) == (officer, NOW)
    assert not propose("Another", by=officer).gives_back


def test_the_person_is_told_of_a_goal_put_forward_for_them_and_of_new_words(propose, officer, participant):
    goal = propose("I will keep to my curfew", by=officer)
    assert Message.objects.filter(participant=participant).count() == 1
    Message.objects.all().delete()

    services.edit_goal_words(goal=goal, title="I will be in by seven", why="", by=officer, **WHEN)

    assert Message.objects.filter(participant=participant).count() == 1


def test_a_goal_is_written_down_with_the_persons_own_answer(propose, officer, person_user, participant):
    goal = propose("I will go to the group", by=officer)
    goal = services.say(
        goal=goal, answer=Answer.DISAGREE, words="Not me", author=Author.PARTICIPANT, by=officer, **WHEN
    )
    again = services.say(goal=goal, answer=Answer.AGREE, author=Author.PARTICIPANT, by=officer, **WHEN)

    again.refresh_from_db()
    assert (again.participant_said, again.participant_words, again.participant_said_at) == (Answer.AGREE, "", NOW)
    assert again.status == Goal.Status.AGREED, "who wrote it down may put it right"


def test_a_practitioner_answers_for_their_own_side_where_no_side_is_named(proposed, officer, person_user):
    services.say(goal=proposed, answer=Answer.DISAGREE, words="Too far", by=officer, **WHEN)

    proposed.refresh_from_db()
    assert (proposed.practitioner_said, proposed.practitioner_words) == (Answer.DISAGREE, "Too far")
    assert (proposed.practitioner_said_by, proposed.participant_said_by) == (officer, person_user)


def test_the_practitioners_own_answer_may_change_whatever_the_person_said(proposed, officer):
    goal = services.say(goal=proposed, answer=Answer.DISAGREE, words="No", by=officer, **WHEN)

    assert services.say(goal=goal, answer=Answer.AGREE, by=officer, **WHEN).status == Goal.Status.AGREED


def test_the_day_a_goal_was_agreed_stays_the_first_one(agreed, officer):
    later = {"today": TODAY + timedelta(days=5), "now": NOW + timedelta(days=5)}

    goal = services.say(goal=agreed, answer=Answer.AGREE, by=officer, **later)

    assert goal.agreed_on == TODAY


def test_a_paused_goal_has_nothing_to_answer(agreed, officer):
    services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)

    with pytest.raises(services.GoalClosed, match="paused"):
        services.say(goal=agreed, answer=Answer.AGREE, by=officer, **WHEN)
    with pytest.raises(services.GoalClosed, match="paused"):
        services.edit_goal_words(goal=agreed, title="x", why="", by=agreed.proposed_by, **WHEN)


def test_agreeing_in_one_press_leaves_a_need_that_was_named(propose, officer):
    goal = propose(need="DRUGS")

    goal = services.agree_goal(goal=goal, need="ACCOMMODATION", by=officer, **WHEN)

    goal.refresh_from_db()
    assert (goal.need, goal.status) == ("DRUGS", Goal.Status.AGREED)
    assert services.agree_goal(goal=propose("Another"), by=officer, **WHEN).need == ""


def test_new_words_are_kept_with_the_new_yes(agreed, person_user):
    later = {"today": TODAY, "now": NOW + timedelta(hours=1)}

    services.edit_goal_words(goal=agreed, title="I want a flat", why="Peace", by=person_user, **later)

    agreed.refresh_from_db()
    assert (agreed.title, agreed.why) == ("I want a flat", "Peace")
    assert (agreed.participant_said_at, agreed.participant_said_by) == (later["now"], person_user)
    assert (
        services.edit_goal_words(goal=agreed, title="I want a flat", why="Quiet", by=person_user, **WHEN).why == "Quiet"
    )


def test_every_link_of_a_goal_is_kept(agreed, officer, participant):
    asked = Requirement.objects.create(sentence=participant.sentences.get(), kind="RESIDENCE")
    fields = {
        "need": "ACCOMMODATION", "risk_note": "Away from Mill St", "gives_back": True, "target_date": TODAY,
        "requirement": asked,
    }  # fmt: skip

    link(agreed, officer, **fields)

    agreed.refresh_from_db()
    assert {name: getattr(agreed, name) for name in fields} == fields
    assert agreed.status == Goal.Status.AGREED


def test_a_new_target_date_reopens_a_goal_and_the_person_is_asked(agreed, officer, participant):
    link(agreed, officer, target_date=TODAY + timedelta(days=30))
    assert not Message.objects.filter(participant=participant).exists()

    goal = link(agreed, officer, target_date=TODAY + timedelta(days=60))

    assert goal.status == Goal.Status.PROPOSED
    assert Message.objects.filter(participant=participant).exists()


def test_a_paused_goal_that_is_linked_anew_stays_paused(agreed, officer):
    services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)
    agreed.refresh_from_db()

    assert link(agreed, officer, good="PLAY").status == Goal.Status.PAUSED


def test_a_closed_goal_is_not_linked(agreed, officer):
    goal = services.achieve_goal(goal=agreed, by=officer, today=TODAY)

    with pytest.raises(services.GoalClosed, match="achieved"):
        link(goal, officer, need="DRUGS")


def test_a_goal_is_not_linked_to_someone_elses_requirement(agreed, other_participant, officer):
    theirs = Requirement.objects.create(sentence=other_participant.sentences.get(), kind="RESIDENCE")

    with pytest.raises(RuleBroken, match="someone else"):
        link(agreed, officer, requirement=theirs)


def test_a_setback_that_pauses_says_whose_words_it_is(agreed, officer):
    goal = services.pause_goal(
        goal=agreed, note="A bad week", happened_on=TODAY, by=officer, today=TODAY, words_of=Author.PARTICIPANT
    )

    setback = goal.setbacks.get()
    goal.refresh_from_db()
    assert (setback.words_of, setback.recorded_by, setback.happened_on) == (Author.PARTICIPANT, officer, TODAY)
    assert (goal.status, goal.paused_on) == (Goal.Status.PAUSED, TODAY)


def test_a_goal_taken_up_again_is_kept_so(agreed, officer):
    services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)
    services.resume_goal(goal=agreed, by=officer, today=TODAY)

    agreed.refresh_from_db()
    assert (agreed.status, agreed.paused_on) == (Goal.Status.AGREED, None)
    with pytest.raises(services.GoalNotAgreed):
        services.resume_goal(goal=agreed, by=officer, today=TODAY)


def test_a_paused_goal_can_be_achieved_and_an_achieved_one_not_again(agreed, officer):
    services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)
    services.achieve_goal(goal=agreed, by=officer, today=TODAY, how_it_helped="I sleep")

    agreed.refresh_from_db()
    assert (agreed.status, agreed.achieved_on, agreed.paused_on) == (Goal.Status.ACHIEVED, TODAY, None)
    assert agreed.how_it_helped == "I sleep"
    with pytest.raises(services.GoalNotAgreed):
        services.achieve_goal(goal=agreed, by=officer, today=TODAY)
    with pytest.raises(services.GoalNotAgreed):
        services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)


def test_a_dropped_goal_keeps_when_and_why_and_is_paused_no_more(agreed, officer):
    services.pause_goal(goal=agreed, note="x", happened_on=TODAY, by=officer, today=TODAY)

    services.drop_goal(goal=agreed, reason="Not now", by=officer, today=TODAY)

    agreed.refresh_from_db()
    assert (agreed.status, agreed.dropped_on, agreed.drop_reason, agreed.paused_on) == (
        Goal.Status.DROPPED, TODAY, "Not now", None,
    )  # fmt: skip


def test_a_practitioner_may_drop_a_goal_that_is_the_persons_or_meets_a_requirement(agreed, participant, officer):
    asked = Requirement.objects.create(sentence=participant.sentences.get(), kind="RESIDENCE")
    link(agreed, officer, requirement=asked)

    assert services.drop_goal(goal=agreed, reason="Agreed", by=officer, today=TODAY).status == Goal.Status.DROPPED


def test_a_goal_moves_past_the_nearest_of_its_own_status_and_plan(propose, agree, other_goal):
    first, second, third = propose("First"), propose("Second"), propose("Third")
    agree(second)
    Goal.objects.filter(pk=other_goal.pk).update(position=2)

    services.move_goal_up(goal=third, by=service_account())

    assert list(Goal.objects.filter(plan=first.plan).in_order()) == [third, second, first]
    other_goal.refresh_from_db()
    assert other_goal.position == 2


def test_of_three_goals_the_last_passes_the_middle_one(propose):
    first, middle, last = propose("First"), propose("Middle"), propose("Last")

    moved = services.move_goal_up(goal=last, by=service_account())

    assert list(Goal.objects.in_order()) == [first, last, middle]
    assert moved.position == 2
    assert services.move_goal_up(goal=first, by=service_account()).position == 1, "the first has nothing to pass"

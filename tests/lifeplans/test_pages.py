"""The pages do what their forms ask, keep what was typed, and stay quick as a plan grows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lifeplans import services, work_items
from lifeplans.models import Answer, Author, Goal, LifePlan, PlanVersion, Step, Strength
from tests.conftest import NOW, TODAY
from tests.worklists import waiting

NASTY = [
    "<script>alert(1)</script>", "{{7*7}}", "{% load x %}", "' or 1=1 --", "\u202eright to left", "a" * 300,
    "🙂\u200d🙃", "&lt;b&gt;", "\\x00", "=cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.fixture
def staff(client_as, officer, participant, plan):
    client = client_as(officer)

    def send(name: str, data: dict | None = None, *args: object):
        url = reverse(f"lifeplans:{name}", args=[participant.ref, *args])
        return client.get(url) if data is None else client.post(url, data)

    return send


@pytest.fixture
def me(client_as, person_user, plan):
    client = client_as(person_user)

    def send(name: str, data: dict | None = None, *args: object):
        url = reverse(f"lifeplans:{name}", args=args)
        return client.get(url) if data is None else client.post(url, data)

    return send


def test_a_practitioner_starts_the_plan(client_as, officer, participant):
    client = client_as(officer)
    page = client.get(reverse("lifeplans:plan", args=[participant.ref]))
    assert b"There is no life plan yet" in page.content

    client.post(reverse("lifeplans:plan-start", args=[participant.ref]))

    assert LifePlan.objects.get().participant == participant


def test_a_person_starts_their_own_plan(client_as, participant):
    client = client_as(participant.user)
    assert b"Start my plan" in client.get(reverse("lifeplans:my-plan")).content

    client.post(reverse("lifeplans:my-plan-start"))

    assert LifePlan.objects.get().started_by == participant.user


def test_goal_propose_puts_the_goal_in_the_plan(staff):
    typed = {"title": "I want a dog", "words_of": "PARTICIPANT", "good": "PLEASURE", "target_date": "2030-03-27"}

    answer = staff("goal-propose", typed)

    goal = Goal.objects.get()
    assert answer.status_code == 302
    assert (goal.title, goal.words_of, str(goal.target_date)) == ("I want a dog", "PARTICIPANT", "2030-03-27")


def test_goal_propose_keeps_what_was_typed_and_says_what_is_missing(staff):
    answer = staff("goal-propose", {"title": "I want a dog", "words_of": "PARTICIPANT"})

    assert answer.status_code == 200
    assert b"I want a dog" in answer.content
    assert b"Choose the good this goal brings" in answer.content


def test_goal_say_records_the_persons_answer_given_face_to_face(staff, propose, officer):
    goal = propose("I will go to the group", by=officer)
    typed = {"author": "PARTICIPANT", "answer": "DISAGREE"}
    assert b"Say why" in staff("goal-say", typed, goal.pk).content

    staff("goal-say", typed | {"words": "It is too far"}, goal.pk)

    goal.refresh_from_db()
    assert (goal.participant_said, goal.participant_words) == (Answer.DISAGREE, "It is too far")
    assert b"It is too far" in staff("plan").content


def test_goal_agree_from_home_leads_back_home(staff, proposed):
    answer = staff("goal-agree", {"need": "ACCOMMODATION", "from": "home"}, proposed.pk)

    proposed.refresh_from_db()
    assert answer.url == reverse("home")
    assert (proposed.status, proposed.need) == ("AGREED", "ACCOMMODATION")


def test_goal_agree_refuses_an_unknown_need(staff, proposed):
    staff("goal-agree", {"need": "LUCK"}, proposed.pk)

    proposed.refresh_from_db()
    assert proposed.status == "PROPOSED"


def test_a_goal_goes_through_pause_resume_and_achieved(staff, agreed):
    staff("goal-pause", {"note": "A bad week", "words_of": "PARTICIPANT", "happened_on": "2026-05-30"}, agreed.pk)
    agreed.refresh_from_db()
    assert agreed.status == "PAUSED"

    staff("goal-resume", {}, agreed.pk)
    answer = staff("goal-achieve", {"how_it_helped": "I sleep"}, agreed.pk)

    agreed.refresh_from_db()
    assert (agreed.status, agreed.how_it_helped) == ("ACHIEVED", "I sleep")
    assert answer.url.endswith(f"?show=achieved#goal-{agreed.pk}")


def test_goal_drop_links_words_and_up(staff, agreed, propose, officer):
    mine = propose("I will ring weekly", by=officer, need="THINKING")
    staff("goal-words", {"title": "I will ring on Mondays", "why": ""}, mine.pk)
    staff("goal-links", {"good": "AGENCY", "need": "THINKING", "risk_note": "Goes quiet"}, mine.pk)
    staff("goal-up", {}, mine.pk)

    mine.refresh_from_db()
    assert (mine.title, mine.good, mine.risk_note) == ("I will ring on Mondays", "AGENCY", "Goes quiet")
    assert Goal.objects.in_order().first() in (mine, agreed)

    staff("goal-drop", {"reason": "Not needed"}, mine.pk)
    assert Goal.objects.get(pk=mine.pk).drop_reason == "Not needed"


def test_steps_are_added_changed_and_ticked(staff, agreed):
    staff("step-add", {"text": "Ring", "words_of": "PRACTITIONER", "who": "PROVIDER", "who_name": "Shelter"}, agreed.pk)
    step = Step.objects.get()
    staff("step-edit", {"text": "Ring twice", "who": "PRACTITIONER", "due_on": "2026-07-01"}, step.pk)
    staff("step-set", {"status": "DONE"}, step.pk)

    step.refresh_from_db()
    assert (step.text, step.who, step.status, str(step.due_on)) == ("Ring twice", "PRACTITIONER", "DONE", "2026-07-01")
    assert staff("step-set", {"status": "LOST"}, step.pk).status_code == 404


def test_a_step_for_someone_else_asks_for_their_name(staff, agreed):
    answer = staff("step-add", {"text": "Ring", "words_of": "PRACTITIONER", "who": "OTHER"}, agreed.pk)

    assert b"Say who will do it" in answer.content


def test_goods_are_rated_on_one_page_and_never_by_halves(staff, plan):
    assert b"Choose both numbers" in staff("goods-rate", {"LIFE_importance": "9"}).content

    staff("goods-rate", {"LIFE_importance": "9", "LIFE_satisfaction": "3"})

    assert (plan.ratings.get().importance, plan.ratings.get().satisfaction) == (9, 3)
    page = staff("plan").content.decode()
    assert '<svg class="wheel"' in page
    assert "style=" not in page


def test_strengths_words_and_setbacks_are_written_down(staff, plan):
    staff("strength-add", {"text": "My mum", "ring": "FAMILY", "words_of": "PARTICIPANT"})
    staff("plan-words", {"story": "I grew up in Hull.", "gives_back": "I will coach."})
    staff("setback-add", {"note": "Recalled", "words_of": "PRACTITIONER", "happened_on": "2026-05-01"})

    page = staff("plan").content.decode()
    assert all(words in page for words in ["My mum", "I grew up in Hull.", "I will coach.", "Recalled"])
    staff("strength-remove", {}, Strength.objects.get().pk)
    assert not Strength.objects.kept().exists()


def test_the_plan_is_kept_as_a_version_and_reads_the_same_later(staff, agreed, step, person_user):
    staff("plan-agree", {})
    services.edit_goal_words(goal=agreed, title="I want a boat", why="", by=person_user, today=TODAY, now=NOW)

    for name in ("version-detail", "version-print"):
        page = staff(name, None, 1).content.decode()
        assert "I want a place of my own" in page
        assert "I want a boat" not in page
    assert "I want a boat" not in staff("plan-print").content.decode()


def test_a_plan_that_is_not_ready_says_why(staff, agreed):
    staff("plan-agree", {})

    assert not PlanVersion.objects.exists()
    assert "Add a step to" in staff("plan").content.decode()


def test_the_banner_warns_of_a_plan_that_is_all_well_being(staff, propose):
    propose("I want to play football", good="PLAY")

    assert "This plan is all well-being" in staff("plan").content.decode()


def test_tabs_count_the_goals_of_each_state(staff, agreed, propose):
    propose("Another")

    page = staff("plan").context["page"]
    counts = {tab["text"]: tab["count"] for tab in page.tabs("now")}
    assert (counts["All open"], counts["To agree"], counts["Working on"], counts["Dropped"]) == (2, 1, 1, 0)


def test_an_unknown_tab_shows_the_open_goals(client_as, officer, participant, agreed):
    page = client_as(officer).get(reverse("lifeplans:plan", args=[participant.ref]) + "?show=%F0%9F%99%82")

    assert agreed.title in page.content.decode()


def test_a_person_adds_a_goal_in_their_own_words(me, person_user):
    me("my-goal-add", {"title": "I want a dog", "good": "PLEASURE", "when": "6"})

    goal = Goal.objects.get()
    assert (goal.words_of, goal.participant_said, goal.good) == (Author.PARTICIPANT, Answer.AGREE, "PLEASURE")
    assert goal.target_date is not None


def test_a_person_answers_and_changes_their_words(me, propose, officer, proposed):
    hers = propose("I will go to the group", by=officer)
    page = me("my-plan").content.decode()
    assert "Say what you think" in page

    assert b"Say why, in a few words" in me("my-goal-say", {"answer": "COULD_NOT_ANSWER"}, hers.pk).content
    me("my-goal-say", {"answer": "COULD_NOT_ANSWER", "words": "I need to think"}, hers.pk)
    me("my-goal-words", {"title": "I want my own flat", "why": "Peace"}, proposed.pk)

    hers.refresh_from_db()
    proposed.refresh_from_db()
    assert (hers.participant_said, hers.participant_words) == (Answer.COULD_NOT_ANSWER, "I need to think")
    assert (proposed.title, proposed.why) == ("I want my own flat", "Peace")


def test_a_person_ticks_the_step_that_comes_next(me, step):
    page = me("my-plan").content.decode()
    assert "My next step" in page

    me("my-step-set", {"done": "yes", "from": "plan"}, step.pk)
    step.refresh_from_db()
    assert step.status == "DONE"

    me("my-step-set", {"done": "no"}, step.pk)
    step.refresh_from_db()
    assert step.status == "TO_DO"


def test_a_person_adds_a_step_stops_starts_again_and_does_it(me, agreed):
    me("my-step-add", {"text": "Ring the council"}, agreed.pk)
    assert Step.objects.get().who == "PARTICIPANT"

    me("my-goal-pause", {"note": "I lost my job"}, agreed.pk)
    agreed.refresh_from_db()
    assert agreed.status == "PAUSED"
    assert "What you have done still counts" in me("my-goal", None, agreed.pk).content.decode()

    me("my-goal-resume", {}, agreed.pk)
    me("my-goal-achieve", {"how_it_helped": ""}, agreed.pk)
    agreed.refresh_from_db()
    assert agreed.status == "ACHIEVED"
    assert "What I have done" in me("my-plan").content.decode()


def test_a_person_puts_a_goal_away(me, proposed):
    me("my-goal-drop", {"reason": "Changed my mind"}, proposed.pk)

    proposed.refresh_from_db()
    assert proposed.drop_reason == "Changed my mind"
    assert "put away" in me("my-goal", None, proposed.pk).content.decode()


def test_a_person_says_what_matters_one_good_at_a_time(me, plan):
    answer = me("my-good", {"importance": "10", "satisfaction": "2"}, "LIFE")
    assert answer.url == reverse("lifeplans:my-good", args=["KNOWLEDGE"])

    answer = me("my-good", {"importance": "4", "satisfaction": "8"}, "CREATIVITY")
    assert answer.url == reverse("lifeplans:my-goods")
    assert "more than anything" in me("my-goods").content.decode()
    assert me("my-good", None, "GOLD").status_code == 404


def test_a_persons_story_giving_and_strengths(me, plan):
    me("my-story", {"story": "I grew up in Hull."})
    me("my-giving", {"gives_back": "I will coach."})
    me("my-strengths", {"text": "I can plaster", "ring": "SELF"})

    plan.refresh_from_db()
    assert (plan.story, plan.gives_back) == ("I grew up in Hull.", "I will coach.")
    assert "I can plaster" in me("my-strengths").content.decode()
    assert b"already on the list" in me("my-strengths", {"text": "i can plaster", "ring": "SELF"}).content
    me("my-strength-remove", {}, Strength.objects.get().pk)
    assert not Strength.objects.kept().exists()


def test_a_person_reads_the_plan_that_was_agreed(me, plan, agreed, step, officer):
    services.agree_plan(plan=plan, by=officer, today=TODAY, now=NOW)

    assert "I want a place of my own" in me("my-version", None, 1).content.decode()
    assert "It can still change" in me("my-plan-print").content.decode()


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_text_is_kept_and_shown_harmless(me, staff, text):
    me("my-goal-add", {"title": text, "why": text, "good": "LIFE", "when": ""})

    goal = Goal.objects.get()
    assert (goal.title, goal.why) == (text, text)
    for page in (me("my-plan"), me("my-goal", None, goal.pk), staff("plan"), staff("goal-say", None, goal.pk)):
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b">49<" not in page.content


@pytest.mark.parametrize("text", ["\x00", "x" * 1_000_000], ids=["NUL", "1 MB"])
def test_text_that_cannot_be_kept_is_refused_with_a_sentence(me, text):
    answer = me("my-story", {"story": text})

    assert answer.status_code == 200
    assert LifePlan.objects.get().story == ""


def add_goals(propose, agree, officer, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        goal = propose(f"Goal {n}", need="HEALTH")
        if n % 2:
            agree(goal)
        services.add_step(goal=goal, text="A step", who="PARTICIPANT", by=officer, today=TODAY)


@pytest.mark.parametrize("name", ["plan", "my-plan"])
def test_the_plan_page_asks_no_more_for_100_goals_than_for_10(name, staff, me, propose, agree, officer):
    send = staff if name == "plan" else me
    add_goals(propose, agree, officer, 10)
    with CaptureQueriesContext(
        connection,
    ) as few:
        send(name)

    add_goals(propose, agree, officer, 90, start=10)
    with CaptureQueriesContext(connection) as many:
        assert send(name).status_code == 200

    assert len(many) == len(few) <= 30


def test_the_worklist_names_what_waits(propose, officer, person_user, agreed, plan, participant):
    propose("I want a dog")
    hers = propose("I will go to the group", by=officer)
    services.say(goal=hers, answer=Answer.DISAGREE, words="No", by=person_user, today=TODAY, now=NOW)
    late = {"who": "PARTICIPANT", "due_on": TODAY - timedelta(days=3), "by": officer, "today": TODAY}
    services.add_step(goal=agreed, text="Ring the council", **late)
    services.add_step(goal=agreed, text="Write to them", **late)

    reasons = [item.reason for item in waiting(work_items, officer)]

    assert reasons == [
        "Jordan put a goal forward: “I want a dog”",
        "Jordan does not agree: “I will go to the group”",
        "Past its day: “Ring the council” (Jordan) and 1 more",
        "The plan was started 4 weeks ago and has never been agreed.",
    ]


def test_the_worklist_is_for_those_who_lead(proposed, other_officer, commissioner):
    assert waiting(work_items, other_officer) == []
    assert waiting(work_items, commissioner) == []


def test_disagreement_that_a_version_has_recorded_waits_no_more(plan, agreed, step, propose, officer, person_user):
    hers = propose("I will go to the group", by=officer)
    services.say(goal=hers, answer=Answer.DISAGREE, words="No", by=person_user, today=TODAY, now=NOW)
    services.agree_plan(plan=plan, by=officer, today=TODAY, now=NOW + timedelta(hours=1))

    assert waiting(work_items, officer) == []


def test_a_manager_sees_drafts_that_lie_for_long(plan, manager):
    late = TODAY + timedelta(days=1)

    assert [item.urgency for item in waiting(work_items, manager, today=late)] == [50]


def test_the_worklist_takes_the_same_number_of_queries_however_long(
    propose, agree, officer, plan, django_assert_max_num_queries
):
    add_goals(propose, agree, officer, 30)

    with django_assert_max_num_queries(8):
        assert len(waiting(work_items, officer)) >= 15

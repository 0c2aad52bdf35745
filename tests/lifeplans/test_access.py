"""Every page of this floor, every role."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lifeplans import services
from lifeplans.models import Goal, Step
from people.models import AccessEvent
from tests.conftest import TODAY


def test_a_person_cannot_touch_another_persons_plan(client_as, person_user, other_goal, plan):
    client = client_as(person_user)
    step = services.add_step(goal=other_goal, text="x", who="PARTICIPANT", by=other_goal.proposed_by, today=TODAY)
    typed = {"title": "Mine now", "why": "", "answer": "AGREE", "reason": "x", "note": "x", "text": "x", "done": "yes"}

    for name in ["words", "say", "achieve", "pause", "resume", "drop"]:
        url = reverse(f"lifeplans:my-goal-{name}", args=[other_goal.pk])
        assert client.post(url, typed).status_code == 404
    assert client.post(reverse("lifeplans:my-step-add", args=[other_goal.pk]), typed).status_code == 404
    assert client.post(reverse("lifeplans:my-step-set", args=[step.pk]), typed).status_code == 404

    other_goal.refresh_from_db()
    assert (other_goal.title, other_goal.participant_said) == ("Someone else's", "")
    assert Step.objects.get().status == "TO_DO"


def test_a_practitioner_reaches_a_goal_only_through_its_own_person(client_as, officer, plan, other_goal, participant):
    url = reverse("lifeplans:goal-drop", args=[participant.ref, other_goal.pk])

    assert client_as(officer).post(url, {"reason": "x"}).status_code == 404
    assert Goal.objects.get(pk=other_goal.pk).status == "PROPOSED"


def test_a_person_is_refused_the_practitioners_words_on_the_page_too(client_as, person_user, propose, officer):
    hers = propose("I will keep to my curfew", by=officer)

    answer = client_as(person_user).post(
        reverse("lifeplans:my-goal-words", args=[hers.pk]), {"title": "No curfew", "why": ""}
    )

    assert answer.status_code == 200
    assert b"Those are the other person" in answer.content
    assert b"No curfew" in answer.content
    assert Goal.objects.get(pk=hers.pk).title == "I will keep to my curfew"


def test_opening_the_plan_is_written_down(client_as, officer, plan, participant):
    client_as(officer).get(reverse("lifeplans:plan", args=[participant.ref]))

    event = AccessEvent.objects.latest("pk")
    assert (event.kind, event.page, event.participants) == ("PERSON", "lifeplans:plan", [participant.pk])


@pytest.fixture
def api(participant):
    from rest_framework.test import APIRequestFactory, force_authenticate

    from lifeplans.api import PlanOfPerson

    def get(user):
        request = APIRequestFactory().get("/")
        request.user = user
        force_authenticate(request, user)
        return PlanOfPerson.as_view()(request, ref=participant.ref)

    return get


def test_the_api_gives_the_plan_to_those_who_may_see_the_person(api, officer, agreed, step):
    goal = api(officer).data["goals"][0]

    assert (goal["title"], goal["steps"][0]["text"]) == (agreed.title, step.text)


@pytest.mark.parametrize(("role", "status"), [("other_officer", 404), ("commissioner", 403), ("person_user", 403)])
def test_the_api_refuses_everyone_else(api, agreed, role, status, request):
    assert api(request.getfixturevalue(role)).status_code == status

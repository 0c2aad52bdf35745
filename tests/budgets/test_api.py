"""Requests for money through the API: who reads them, who decides them, and by which rules."""

from __future__ import annotations

import pytest

from budgets import services
from budgets.commands import new_key
from people.models import AccessEvent
from tests.budgets.conftest import money_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "/api/requests/"


@pytest.fixture
def decide(client_as):
    def send(user, spend, act: str, reason: object = "It fits the plan.", key: str | None = None):
        url, headers = f"{LIST}{spend.pk}/{act}/", {"Idempotency-Key": key or new_key()}
        return client_as(user).post(url, {"reason": reason}, content_type="application/json", headers=headers)

    return send


def test_a_request_is_read_with_its_sum_in_pence_its_person_and_its_goal(make_request, client_as, officer, participant):
    spend = make_request(295_50)

    answer = client_as(officer).get(f"{LIST}{spend.pk}/").json()

    assert (answer["amount"], answer["state"], answer["what"]) == (295_50, "ASKED", "A deposit")
    assert (answer["person"], answer["goal"]) == (str(participant.ref), "I will find a place of my own")
    assert answer["reference"] == f"REQ{spend.pk:05d}"
    assert (answer["decided_at"], answer["reason"]) == (None, "")


def test_the_list_holds_the_people_one_may_see_and_the_look_is_written_down(
    make_request, client_as, officer, other_officer, participant
):
    spend = make_request()

    assert [row["id"] for row in client_as(officer).get(LIST).json()["results"]] == [spend.pk]
    assert AccessEvent.objects.get().participants == [participant.pk]
    assert client_as(other_officer).get(LIST).json()["results"] == []


def test_reading_one_is_written_down_as_a_look_at_its_person(make_request, client_as, officer, participant):
    client_as(officer).get(f"{LIST}{make_request().pk}/")

    assert [event.participants for event in AccessEvent.objects.all()] == [[participant.pk]]


def test_a_draft_is_nobody_elses_to_read(budget, goal, participant, client_as, officer):
    draft = services.start_request(budget=budget, goal=goal, without_money="No", by=participant.user)

    assert client_as(officer).get(LIST).json()["count"] == 0
    assert client_as(officer).get(f"{LIST}{draft.pk}/").status_code == 404


def test_a_manager_approves_and_the_money_is_set_aside(make_request, decide, manager, budget):
    spend = make_request(100_00)

    answer = decide(manager, spend, "approve")

    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (
        200,
        "APPROVED",
        "It fits the plan.",
    )
    spend.refresh_from_db()
    assert spend.decided_by == manager
    assert money_of(budget).committed == 100_00


def test_a_manager_refuses_and_no_money_moves(make_request, decide, manager, budget):
    answer = decide(manager, make_request(100_00), "refuse", "Ask the council first.")

    assert (answer.status_code, answer.json()["state"]) == (200, "REFUSED")
    assert money_of(budget).available == 2_000_00


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_a_second_answer_is_refused_with_the_rules_own_sentence(act, make_request, decide, manager):
    spend = make_request()
    decide(manager, spend, "refuse")

    answer = decide(manager, spend, act)

    assert answer.status_code == 409
    assert answer.json() == {"detail": "This request is not waiting for an answer. It says: refused."}


def test_more_than_is_left_is_refused_and_the_request_still_waits(make_request, decide, manager):
    first, second = make_request(1_500_00, "One"), make_request(600_00, "Two")
    decide(manager, first, "approve")

    answer = decide(manager, second, "approve")

    assert answer.status_code == 409
    assert "£500 left" in answer.json()["detail"]
    second.refresh_from_db()
    assert second.state == "ASKED"


def test_nobody_decides_their_own(make_request, decide, manager):
    answer = decide(manager, make_request(by=manager), "approve")

    assert (answer.status_code, answer.json()["detail"]) == (409, "Someone else has to decide a request you made.")


@pytest.mark.parametrize("reason", ["", " ", None, "x" * 2001, "a\x00b"])
@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_reasons_that_say_nothing_or_cannot_be_kept_are_refused(act, reason, make_request, decide, manager):
    spend = make_request()

    answer = decide(manager, spend, act, reason)

    assert (answer.status_code, set(answer.json())) == (400, {"reason"})
    spend.refresh_from_db()
    assert spend.state == "ASKED"


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_a_practitioner_decides_nothing(act, make_request, decide, officer):
    answer = decide(officer, make_request(), act)

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Your role does not let you decide a request for money."


def test_a_manager_of_another_team_finds_nothing_to_decide(make_request, decide, make_user, other_team):
    spend = make_request()

    assert decide(make_user("Max Elsewhere", "MANAGER", other_team), spend, "approve").status_code == 404


def test_a_participant_and_the_signed_out_are_refused(make_request, client_as, participant):
    make_request()

    assert client_as(participant.user).get(LIST).status_code == 403
    assert client_as(None).get(LIST).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_request_is_changed_by_deciding_it_alone(method, make_request, client_as, manager):
    url = f"{LIST}{make_request().pk}/"

    assert getattr(client_as(manager), method)(url, {}, content_type="application/json").status_code == 405


@pytest.mark.parametrize("query", ["state=ASKED", "page=0", "page=x", "per_page=5"])
def test_a_query_that_does_not_fit_is_refused(query, client_as, officer):
    assert client_as(officer).get(f"{LIST}?{query}").status_code == 400


def test_a_page_that_is_not_there_is_not_found(make_request, client_as, officer):
    make_request()

    assert client_as(officer).get(f"{LIST}?page=2").status_code == 404


@pytest.mark.parametrize("pk", ["0", "x", "9" * 12, "9" * 30])
def test_what_is_no_request_is_not_found_in_the_apis_own_words(pk, client_as, officer):
    answer = client_as(officer).get(f"{LIST}{pk}/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_when_it_was_decided_is_told(make_request, client_as, manager):
    spend = make_request()
    services.refuse_request(spend=spend, reason="No", by=manager, now=NOW, key=new_key())

    assert client_as(manager).get(f"{LIST}{spend.pk}/").json()["decided_at"].startswith("2026-06-01T12:00")

"""People through the API: those the caller may see, and each read written down."""

from __future__ import annotations

import pytest

from people.models import AccessEvent

pytestmark = pytest.mark.django_db


def test_the_list_holds_whom_one_may_see_and_is_written_down(participant, other_participant, officer, client_as):
    answer = client_as(officer).get("/api/people/").json()

    assert [person["crn"] for person in answer["results"]] == ["X100001"]
    assert (answer["results"][0]["area"], answer["results"][0]["practitioner"]) == ("Northbridge", "Olive Officer")
    assert AccessEvent.objects.get().participants == [participant.pk]


def test_one_person_is_read_and_that_is_written_down(participant, officer, client_as):
    answer = client_as(officer).get(f"/api/people/{participant.ref}/")

    assert answer.json()["date_of_birth"] == "2004-03-09"
    assert AccessEvent.objects.get().kind == "PERSON"


def test_whom_one_may_not_see_is_not_there(participant, other_officer, client_as):
    answer = client_as(other_officer).get(f"/api/people/{participant.ref}/")

    assert answer.status_code == 404
    assert b"Ashworth" not in answer.content


def test_a_participant_and_the_signed_out_are_refused(participant, client_as):
    assert client_as(participant.user).get("/api/people/").status_code == 403
    assert client_as(None).get("/api/people/").status_code in (302, 403)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_changed_through_it(method, participant, officer, client_as):
    assert getattr(client_as(officer), method)(f"/api/people/{participant.ref}/").status_code == 405


@pytest.mark.parametrize("ref", ["1", "x" * 36, "00000000-0000-0000-0000-000000000000", "-" * 36])
def test_a_reference_that_is_none_is_not_found(ref, officer, client_as):
    assert client_as(officer).get(f"/api/people/{ref}/").status_code == 404

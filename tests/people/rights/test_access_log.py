"""Every look says why it was allowed; every refusal is written down, on pages and in the API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.access import access_log
from people.models import AccessEvent, AccessGrant
from tests.conftest import NOW


def last() -> AccessEvent:
    return AccessEvent.objects.latest("pk")


def test_a_look_says_why_it_was_allowed(participant, officer, manager, client_as):
    page = reverse("people:person-details", args=[participant.ref])
    visits = [(officer, "ASSIGNED", page), (manager, "TEAM", page)]
    visits.append((participant.user, "SELF", reverse("people:my-access-log")))
    for user, why, address in visits:
        client_as(user).get(address)

        assert (last().why, last().participants) == (why, [participant.pk])


def test_a_list_has_a_row_for_each_reason(participant, other_participant, officer, client_as):
    AccessGrant.objects.create(participant=other_participant, user=officer, level=3, why="REFERRAL", starts_at=NOW)

    client_as(officer).get(reverse("people:participant-list"), {"whose": "all"})

    assert {(row.kind, row.why, *row.participants) for row in AccessEvent.objects.all()} == {
        ("LIST", "ASSIGNED", participant.pk), ("LIST", "REFERRAL", other_participant.pk),
    }  # fmt: skip


def test_breaking_the_glass_counts_only_where_nothing_else_would_have_done():
    assert sorted(["BREAK_GLASS", "TEAM", "ASSIGNED", "GATE"], key=access_log.strength) == [
        "ASSIGNED", "TEAM", "GATE", "BREAK_GLASS",
    ]  # fmt: skip


def test_the_reason_is_the_one_that_held_when_the_page_was_asked_for(participant, officer, other_officer, client_as):
    """Handing a person over ends the viewer's own sight; the look is still told with its reason."""
    client_as(officer).post(reverse("people:lead-change", args=[participant.ref]), {"practitioner": other_officer.pk})

    assert (last().kind, last().why) == ("CHANGE", "ASSIGNED")


@pytest.mark.parametrize("name", ["people:person-details", "person-overview"])
def test_a_person_asked_for_without_sight_is_a_refusal(name, participant, other_officer, client_as):
    client_as(other_officer).get(reverse(name, args=[participant.ref]))

    assert (last().kind, last().participants, last().target) == (
        "REFUSED", [participant.pk], f"ref={participant.ref}",
    )  # fmt: skip


def test_an_act_that_is_not_ones_own_is_a_refusal(participant, volunteer, client_as):
    answer = client_as(volunteer).get(reverse("people:person-details", args=[participant.ref]))

    assert answer.status_code == 403
    assert (last().kind, last().participants, last().user) == ("REFUSED", [participant.pk], volunteer)


@pytest.mark.parametrize("who", ["volunteer", "other_officer"])
def test_the_api_refuses_in_writing(who, participant, volunteer, other_officer, client_as):
    user = {"volunteer": volunteer, "other_officer": other_officer}[who]

    client_as(user).get(reverse("api-participant-detail", args=[participant.ref]))

    assert (last().kind, last().participants, last().user) == ("REFUSED", [participant.pk], user)


def test_a_row_that_is_no_persons_leaves_its_key(other_officer, client_as):
    client_as(other_officer).get(reverse("people:import-preview", args=[12]))

    assert (last().kind, last().page, last().target) == ("REFUSED", "people:import-preview", "pk=12")


def test_words_in_an_address_are_not_kept():
    assert access_log.target({"reference": "my name is Jordan", "pk": 3}) == "pk=3"


def test_a_page_that_nobody_asked_for_by_key_is_no_refusal(officer, client_as):
    client_as(officer).get("/no-such-page/")

    assert AccessEvent.objects.count() == 0

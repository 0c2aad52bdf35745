"""Every page of this floor, every role."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from people import account_urls, urls
from people.models import Look
from tests.people import access


def test_every_page_is_in_the_table():
    names = {f"people:{pattern.name}" for pattern in urls.urlpatterns}
    names |= {str(pattern.name) for pattern in account_urls.urlpatterns}

    assert names == set(access.ROWS)


@pytest.fixture
def world(participant, officer, manager, volunteer):
    return SimpleNamespace(participant=participant, officer=officer, manager=manager, volunteer=volunteer)


@pytest.fixture
def users(world, other_participant, other_officer, commissioner, administrator):
    return {
        "PRACTITIONER": world.officer,
        "OTHER_PRACTITIONER": other_officer,
        "MANAGER": world.manager,
        "VOLUNTEER": world.volunteer,
        "PARTICIPANT": world.participant.user,
        "OTHER_PARTICIPANT": other_participant.user,
        "COMMISSIONER": commissioner,
        "ADMINISTRATOR": administrator,
        None: None,
    }


@pytest.mark.parametrize("role", list(access.NOBODY))
def test_each_role_sees_what_it_may(role, world, users, client_as):
    client, addresses = client_as(users[role]), access.kwargs(world)

    answers = {name: client.get(reverse(name, kwargs=addresses.get(name))).status_code for name in access.ROWS}

    assert answers == {name: row[role] for name, row in access.ROWS.items()}


def test_a_refusal_is_written_down_and_shows_nothing(participant, other_officer, client_as):
    answer = client_as(other_officer).get(reverse("people:person-details", args=[participant.ref]))

    assert answer.status_code == 404
    assert "Ashworth" not in answer.content.decode()
    assert Look.objects.get().kind == Look.Kind.REFUSED


@pytest.mark.parametrize("name", ["portal-open", "contact-change", "hand-over", "release-record", "circle-add"])
def test_what_one_may_not_see_one_may_not_change(name, participant, other_officer, client_as):
    answer = client_as(other_officer).post(reverse(f"people:{name}", args=[participant.ref]), {"phone": "07400123456"})

    participant.refresh_from_db()
    assert answer.status_code == 404
    assert str(participant.phone) == "+447700900001"


@pytest.mark.parametrize("path", ["signup/", "email/", "phone/change/", "password/set/", "confirm-email/"])
def test_what_we_do_not_offer_is_not_there(path, officer, client_as):
    assert client_as(officer).get(f"/accounts/{path}").status_code == 404

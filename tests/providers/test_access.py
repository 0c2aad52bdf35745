"""Every page of this floor, every role."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from providers.urls import urlpatterns
from tests.providers.access import ROWS, kwargs


def test_every_page_of_this_floor_has_a_row():
    assert {f"providers:{pattern.name}" for pattern in urlpatterns} == set(ROWS)


@pytest.mark.django_db
def test_each_role_is_let_in_or_kept_out(
    client_as, participant, other_participant, officer, other_officer, manager, commissioner, administrator, volunteer
):
    world = SimpleNamespace(participant=participant, other_participant=other_participant, officer=officer)
    users = {"PRACTITIONER": officer, "OTHER_PRACTITIONER": other_officer, "MANAGER": manager, "VOLUNTEER": volunteer}
    users |= {"PARTICIPANT": participant.user, "OTHER_PARTICIPANT": other_participant.user, None: None}
    users |= {"COMMISSIONER": commissioner, "ADMINISTRATOR": administrator}
    addresses = {name: reverse(name, kwargs=found) for name, found in kwargs(world).items()}
    clients = {role: client_as(user) for role, user in users.items()}

    got = {name: {role: client.get(addresses[name]).status_code for role, client in clients.items()} for name in ROWS}

    assert got == ROWS

"""Every page of this floor, every role."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.models import AccessEvent


def test_a_refusal_is_written_down_and_shows_nothing(participant, other_officer, client_as):
    answer = client_as(other_officer).get(reverse("people:person-details", args=[participant.ref]))

    assert answer.status_code == 404
    assert "Ashworth" not in answer.content.decode()
    assert AccessEvent.objects.get().kind == AccessEvent.Kind.REFUSED


@pytest.mark.parametrize("name", ["portal-open", "contact-change", "lead-change", "release-record", "circle-add"])
def test_what_one_may_not_see_one_may_not_change(name, participant, other_officer, client_as):
    answer = client_as(other_officer).post(reverse(f"people:{name}", args=[participant.ref]), {"phone": "07400123456"})

    participant.refresh_from_db()
    assert answer.status_code == 404
    assert str(participant.phone) == "+447700900001"


@pytest.mark.parametrize("path", ["signup/", "email/", "phone/change/", "password/set/", "confirm-email/"])
def test_what_we_do_not_offer_is_not_there(path, officer, client_as):
    assert client_as(officer).get(f"/accounts/{path}").status_code == 404

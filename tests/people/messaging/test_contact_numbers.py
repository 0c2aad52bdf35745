"""Messages to a person say whom to ring: their practitioner's work phone, else the team's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from people.messaging import contact_numbers, message_queue
from people.models import Message
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
OWN, TEAM = "01484 555010", "01484 555020"


def tell(person, key: str, **more) -> str:
    message_queue.tell_participant(participant=person, body="You have an answer.", key=key, now=NOW, **more)
    return Message.objects.get(dedupe_key=key).words


def test_the_number_is_the_leads_own_else_their_teams(participant, officer, team):
    assert tell(participant, "none") == "You have an answer."
    contact_numbers.set_team_phone(team=team, phone="+441484555020", by=officer)
    assert tell(participant, "team") == f"You have an answer. To talk about it, ring {TEAM}."
    contact_numbers.set_work_phone(account=officer, phone="+441484555010", by=officer)
    assert tell(participant, "own") == f"You have an answer. To talk about it, ring {OWN}."


def test_a_sign_in_code_and_words_that_give_a_number_stay_as_they_are(participant, officer):
    contact_numbers.set_work_phone(account=officer, phone="+441484555010", by=officer)

    assert tell(participant, "code", kind=Message.Kind.CODE) == "You have an answer."
    assert contact_numbers.signed("Cannot come? Ring 01484 555099.", OWN) == "Cannot come? Ring 01484 555099."


def test_many_are_told_in_as_many_questions_as_one(participant, other_participant, officer, other_officer):
    contact_numbers.set_work_phone(account=officer, phone="+441484555010", by=officer)
    found = contact_numbers.of_leads([participant.pk, other_participant.pk], TODAY)
    assert found == {participant.pk: OWN}

    message_queue.tell_participants(
        participants=[participant, other_participant], body="Hello.", key="k", now=NOW, subject="S", not_before=NOW
    )
    words = dict(Message.objects.filter(dedupe_key__startswith="k:").values_list("participant", "body"))
    assert words == {participant.pk: f"Hello. To talk about it, ring {OWN}.", other_participant.pk: "Hello."}


def test_one_keeps_ones_own_number_and_an_administrator_everyones(officer, manager, administrator, team, client_as):
    own = reverse("people:own-phone")
    assert client_as(officer).post(own, {"phone": "01484 555010"}).status_code == 302
    officer.refresh_from_db()
    assert str(officer.work_phone) == "+441484555010"
    wrong = client_as(officer).post(own, {"phone": "12"}).content.decode()
    assert 'value="12"' in wrong

    admin = client_as(administrator)
    admin.post(reverse("people:account-phone", args=[manager.pk]), {"phone": "01484 555011"})
    admin.post(reverse("people:team-phone", args=[team.pk]), {"phone": "01484 555020"})
    manager.refresh_from_db()
    team.refresh_from_db()
    assert (str(manager.work_phone), str(team.phone)) == ("+441484555011", "+441484555020")
    assert client_as(officer).get(reverse("people:account-phone", args=[manager.pk])).status_code == 403

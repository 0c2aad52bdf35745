"""Contacts at other agencies: staff of the case read them, and neither the person nor their circle does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from common.postgres.actor import acting_as
from people.models import ProfessionalContact
from people.record import professionals
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def workers(client, person) -> str:
    return client.get(reverse("people:person-workers", args=[person.ref])).content.decode()


def test_someone_at_another_agency_is_put_down_with_role_and_phone_and_taken_off(participant, officer, client_as):
    client, add = client_as(officer), reverse("people:professional-add", args=[participant.ref])
    assert "None on record yet" in workers(client, participant)

    wrong = client.post(add, {"kind": "POLICE", "name": "", "job": "Sergeant", "phone": "12"}).content.decode()
    assert "Enter the name" in wrong
    assert 'value="Sergeant"' in wrong
    client.post(add, {"kind": "POLICE", "name": "Sam Bell", "job": "Sergeant", "phone": "01484 555010"})

    page = workers(client, participant)
    assert "Sam Bell" in page
    assert "Police, <bdi>Sergeant</bdi>" in page
    assert "01484 555010" in page
    ProfessionalContact.objects.update(starts_on=TODAY - timedelta(days=3))
    row = ProfessionalContact.objects.get()
    end = reverse("people:professional-end", args=[participant.ref, row.pk])
    assert client.post(end).status_code == 302
    assert "Sam Bell is no longer listed." in workers(client, participant)
    assert "Sam Bell" not in workers(client, participant)
    assert client.post(end).status_code == 404
    row.refresh_from_db()
    assert row.has_ended(TODAY)


def test_the_table_shows_them_to_staff_alone(participant, officer, manager, other_officer):
    professionals.add(participant=participant, kind="GP", name="Dr Rao", by=officer, today=TODAY)

    def seen_by(user) -> int:
        with acting_as(user.pk), connection.cursor() as cursor:
            cursor.execute("select (select count(*) from people_professionalcontact)"
                           " + (select count(*) from people_historicalprofessionalcontact)")  # fmt: skip
            return cursor.fetchone()[0]

    assert [seen_by(user) for user in (officer, manager, participant.user, other_officer)] == [2, 2, 0, 0]
    assert not ProfessionalContact.objects.visible_to(participant.user).exists()

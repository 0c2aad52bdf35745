"""Who speaks for the victim is kept apart: the staff of the case read it, and no other page or file holds it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from people.models import AccessEvent, VictimLiaison
from people.record import victims
from tests.conftest import NOW, TODAY
from tests.test_access import FLOORS, circle_of_one, world  # noqa: F401  fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
CANARIES = ("Quokkacanary", "okapicanary", "narwhalcanary")


@pytest.fixture
def liaison(participant, officer) -> VictimLiaison:
    officer_name, contact, notes = CANARIES
    return victims.note_liaison(
        participant=participant, officer=officer_name, contact=contact, notes=notes, by=officer, today=TODAY
    )


def found_in(answer) -> list[str]:
    body = b"".join(answer) if answer.streaming else answer.content
    return [word for word in CANARIES if word.encode() in body]


def test_the_staff_of_the_case_read_it(liaison, participant, officer, manager, client_as):
    page = reverse("people:victim-liaison", args=[participant.ref])

    for user in (officer, manager):
        assert found_in(client_as(user).get(page)) == list(CANARIES)


def test_it_is_sealed_in_the_table_and_in_its_history(liaison):
    with connection.cursor() as cursor:
        cursor.execute("select concat(officer, contact, notes) from people_victimliaison union all "
                       "select concat(officer, contact, notes) from people_historicalvictimliaison")  # fmt: skip
        rows = [row for (row,) in cursor.fetchall()]

    assert len(rows) == 2
    assert not any(word in row for row in rows for word in CANARIES)


def test_only_practitioners_and_managers_who_see_everything_may_ask_for_it(
    liaison, participant, officer, manager, other_officer, volunteer, member, administrator, commissioner
):
    may = [officer, manager]
    others = [participant.user, other_officer, volunteer, administrator, commissioner]

    assert all(VictimLiaison.objects.visible_to(user).exists() for user in may)
    assert not any(VictimLiaison.objects.visible_to(user).exists() for user in others)


def test_a_practitioner_who_is_a_participant_elsewhere_never_reads_their_own(liaison, participant, officer):
    from people import services

    services.grant(participant=participant, level=3, why="ASSIGNED", now=NOW - timedelta(days=1), user=participant.user)
    services.join(
        user=participant.user, role="PRACTITIONER", today=TODAY, team=officer.current_memberships[0].team, by=officer
    )

    assert not VictimLiaison.objects.visible_to(participant.user).exists()


@pytest.mark.parametrize("floor", FLOORS)
def test_no_page_but_its_own_holds_it_whoever_opens_it(floor, liaison, world, client_as, settings):  # noqa: F811
    settings.DEMO = True
    table = import_module(f"tests.{floor}.page_access")
    addresses = table.kwargs(world)
    users = [world.officer, world.manager, world.participant.user, world.volunteer]

    leaks = [
        (name, user.name)
        for user in users
        for client in [client_as(user)]
        for name in set(table.ROWS) - {"people:victim-liaison"}
        if not name.startswith("account_") and found_in(client.get(reverse(name, kwargs=addresses.get(name))))
    ]

    assert leaks == []


def test_the_list_its_file_and_the_api_do_not_hold_it(liaison, officer, client_as):
    client = client_as(officer)

    for page in ("/people/", "/people/export.csv", "/api/people/", "/people/?q=quokkacanary"):
        assert found_in(client.get(page)) == [], page


def test_opening_it_is_written_down(liaison, participant, officer, client_as):
    client_as(officer).get(reverse("people:victim-liaison", args=[participant.ref]))

    assert AccessEvent.objects.at(participant.pk).get(page="people:victim-liaison").user == officer

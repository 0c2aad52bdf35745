"""Whom a home list is about: the same people, whether the user sees a few or many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.postgres.actor import acting_as
from lifeplans.models import LifePlan
from people.access import emergency, restrictions, whom
from people.models import AccessGrant, Participant
from tests.budgets.conftest import budget, fund, goal, make_budget, make_fund, make_goal, make_programme, make_request  # noqa: F401
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
WHY = {"reason": "They are cousins.", "message": "You cannot open this record."}


@pytest.fixture(params=[2_000, 0], ids=["few", "many"])
def few(request, monkeypatch):
    """How many are few."""
    monkeypatch.setattr(whom, "FEW", request.param)
    return request.param


@pytest.fixture
def read(few):
    """Whom a user leads; and, as they act, the refs of those whom rows of theirs show, and whom they may change."""

    def asked(user):
        with acting_as(user.pk), transaction.atomic():
            theirs = whom.whom(user, TODAY)
            assert (theirs.seen is None) == (few == 0 and AccessGrant.objects.seen_by(user).exists())
            found = [theirs.sees("participant"), theirs.may_change("participant")]
            plans = [set(LifePlan.objects.filter(rows).values_list("participant", flat=True)) for rows in found]
        return theirs.led, *plans

    return asked


@pytest.fixture
def plans(participant, other_participant, officer):
    for person in (participant, other_participant):
        LifePlan.objects.create(participant=person, started_on=TODAY, started_by=officer)


def test_a_practitioner_leads_and_sees_their_own(read, plans, participant, officer):
    assert read(officer) == ([participant.pk], {participant.pk}, {participant.pk})


def test_a_manager_sees_whom_their_team_works_with_and_leads_nobody(read, plans, participant, manager):
    assert read(manager) == ([], {participant.pk}, {participant.pk})


def test_what_was_opened_in_an_emergency_is_seen_and_not_changed(
    read, plans, participant, other_participant, other_officer
):
    emergency.open_in_emergency(crn=participant.crn, reason="Unwell.", by=other_officer, now=timezone.now())

    both = {participant.pk, other_participant.pk}
    assert read(other_officer) == ([other_participant.pk], both, {other_participant.pk})


def test_what_was_opened_in_an_emergency_and_is_shared_since_may_be_changed(
    read, plans, participant, other_participant, other_officer
):
    now = timezone.now()
    emergency.open_in_emergency(crn=participant.crn, reason="Unwell.", by=other_officer, now=now)
    AccessGrant.objects.create(
        participant=participant, user=other_officer, level=3, why="ASSIGNED", starts_at=now - timedelta(hours=1)
    )

    assert read(other_officer)[2] == {participant.pk, other_participant.pk}


def test_nobody_who_is_kept_out_leads_or_sees_the_person(read, plans, participant, officer, manager):
    restrictions.exclude(participant=participant, user=officer, by=manager, now=timezone.now(), **WHY)

    assert read(officer) == ([], set(), set())


def test_it_leads_whom_the_people_list_says(read, participant, other_participant, officer):
    assert read(officer)[0] == Participant.objects.ids_led_by(officer, TODAY)


def reasons(client) -> list[str]:
    return [item.reason for row in client.get("/").context["work_list"].rows for item in row.items]


@pytest.mark.parametrize("role", ["officer", "manager"])
def test_the_home_page_shows_many_what_it_shows_a_few(role, request, make_request, client_as, monkeypatch):  # noqa: F811
    for n in range(3):
        make_request(10_00 + n, f"Boots {n}")
    client = client_as(request.getfixturevalue(role))
    of_few = reasons(client)
    monkeypatch.setattr(whom, "FEW", 0)

    assert reasons(client) == of_few
    assert of_few

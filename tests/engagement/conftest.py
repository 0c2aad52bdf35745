"""Meetings, contacts and silences to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.conftest import NOW, service_account

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def meet(participant, officer) -> Callable:
    """A meeting of the participant with their officer, so long before (or after) now, and perhaps how it went."""
    from engagement import services

    def make(ago: timedelta, outcome: str = "", person=None, by=None, **how):
        start: datetime = NOW - ago
        meeting = services.arrange(
            participant=person or participant,
            with_user=by or officer,
            kind="OFFICE",
            starts_at=start,
            ends_at=start + HOUR,
            by=by or officer,
            now=start - 7 * DAY,
            place="12 High Street",
        )
        if outcome:
            services.record_outcome(
                appointment=meeting, outcome=outcome, by=by or officer, now=max(start + HOUR, NOW - ago), **how
            )
            meeting.refresh_from_db()
        return meeting

    return make


@pytest.fixture
def touch(participant, officer) -> Callable:
    """A contact with the participant, so long ago."""
    from engagement import services

    def make(ago: timedelta, person=None, by=None, **fields):
        return services.log_contact(
            participant=person or participant, kind="CALL", by=by or officer, at=NOW - ago, now=NOW, **fields
        )

    return make


@pytest.fixture
def in_circle(participant, volunteer) -> Callable:
    """The volunteer in the participant's circle, seeing the groups named."""
    from people import services
    from tests.conftest import TODAY

    def join(*groups: str, person=None):
        member = services.add_to_circle(
            participant=person or participant,
            user=volunteer,
            relationship="VOLUNTEER",
            today=TODAY - 10 * DAY,
            now=NOW - 10 * DAY,
            by=service_account(),
        )
        return (
            services.share(member=member, groups=groups, today=TODAY - 9 * DAY, by=service_account())
            if groups
            else member
        )

    return join


@pytest.fixture
def crowd(participant, officer, unit) -> Callable:
    """People of the officer's, each with meetings, a contact and an alert; and as many rows for the participant."""
    from people.models import AccessGrant, Assignment, Participant
    from tests.conftest import TODAY

    def add(first: int, last: int) -> None:
        people = Participant.objects.bulk_create(
            Participant(
                given_name="P",
                family_name=f"Q{n}",
                crn=f"C{n:06}",
                date_of_birth=TODAY - 9000 * DAY,
                delivery_unit=unit,
                risk_band="MEDIUM",
                joined_on=TODAY - 90 * DAY,
            )
            for n in range(first, last)
        )
        Assignment.objects.bulk_create(
            Assignment(participant=p, practitioner=officer, starts_on=TODAY - 90 * DAY) for p in people
        )
        AccessGrant.objects.bulk_create(
            AccessGrant(participant=p, user=officer, level=3, why="ASSIGNED", starts_at=NOW - 90 * DAY) for p in people
        )
        for n, person in enumerate(people, first):
            rows_for(person, n), rows_for(participant, n)
            an_alert(person)

    def rows_for(person, n: int) -> None:
        from engagement.models import Appointment, Contact

        base = {
            "participant": person,
            "with_user": officer,
            "arranged_by": officer,
            "arranged_at": NOW,
            "kind": "OFFICE",
        }
        done = {"outcome": "COMPLIED", "recorded_by": officer, "recorded_at": NOW}
        for shift, how in ((DAY, {}), (-DAY, {}), (-20 * DAY, done)):
            at = NOW + shift + n * timedelta(minutes=1)
            Appointment.objects.bulk_create([Appointment(**base, starts_at=at, ends_at=at + HOUR, **how)])
        Contact.objects.bulk_create(
            [Contact(participant=person, kind="CALL", by=officer, at=NOW - n * HOUR, logged_at=NOW)]
        )

    def an_alert(person) -> None:
        from engagement.models import Alert

        Alert.objects.bulk_create(
            [
                Alert(
                    participant=person,
                    owner=officer,
                    raised_at=NOW,
                    due_on=TODAY,
                    next_step="Call.",
                    kinds=["DRIFT"],
                    facts=["DRIFT:x"],
                    reasons=["Silence."],
                )
            ]
        )

    return add


@pytest.fixture
def person(participant):
    """Someone on a community sentence, so that release plays no part."""
    from people.models import Sentence

    Sentence.objects.filter(participant=participant).delete()
    return participant


@pytest.fixture
def person_url(participant):
    from django.urls import reverse

    return lambda name: reverse(f"engagement:{name}", args=[participant.ref])

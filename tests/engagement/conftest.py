"""Meetings, contacts and silences to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.conftest import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def meet(participant, officer) -> Callable:
    """A meeting of the participant with their officer, so long before (or after) now, and perhaps how it went."""
    from engagement import services

    def make(ago: timedelta, outcome: str = "", person=None, by=None, **how):
        start: datetime = NOW - ago
        meeting = services.arrange(
            participant=person or participant, with_user=by or officer, kind="OFFICE", starts_at=start,
            ends_at=start + HOUR, by=by or officer, now=start - 7 * DAY, place="12 High Street",
        )  # fmt: skip
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
            participant=person or participant, user=volunteer, relationship="VOLUNTEER", today=TODAY - 10 * DAY,
            now=NOW - 10 * DAY,
        )  # fmt: skip
        return services.share(member=member, groups=groups, today=TODAY - 9 * DAY) if groups else member

    return join

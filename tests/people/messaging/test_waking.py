"""Messages leave once they are committed, and at night those to people wait; codes and what is for staff do not."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from people.messaging import message_queue, quiet_hours, waking
from people.models import Message

EVENING = datetime(2026, 6, 1, 20, 0, tzinfo=UTC)  # nine in Britain
LONDON = ZoneInfo("Europe/London")
QUIET = (time(21), time(8))


@pytest.fixture
def woken(monkeypatch):
    calls: list[str] = []
    monkeypatch.setattr(waking, "WAKERS", [lambda: calls.append("woken")])
    return calls


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_called_once_when_the_transaction_is_committed(woken, participant):
    woken.clear()
    with transaction.atomic():
        for number in range(3):
            message_queue.tell_participant(participant=participant, body="Hello", key=f"k{number}", now=EVENING)
        assert woken == []
    assert woken == ["woken"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_called_where_it_is_rolled_back_and_a_broker_that_is_away_harms_nothing(monkeypatch, participant):
    def away() -> None:
        raise OSError("no broker")

    monkeypatch.setattr(waking, "WAKERS", [away])
    message_queue.tell_participant(participant=participant, body="Hello", key="kept", now=EVENING)
    assert Message.objects.filter(dedupe_key="kept").exists()


@pytest.mark.parametrize(
    ("hour", "minute", "waits_until"),
    [(20, 59, None), (21, 0, (2, 8)), (23, 59, (2, 8)), (0, 0, (1, 8)), (7, 59, (1, 8)), (8, 0, None)],
)
def test_quiet_hours_are_from_nine_to_eight_by_the_clock_on_the_wall(settings, hour, minute, waits_until):
    settings.QUIET_HOURS = QUIET
    moment = datetime(2026, 6, 1, hour, minute, tzinfo=LONDON)
    day, until = waits_until or (1, hour)
    expected = datetime(2026, 6, day, until, 0 if waits_until else minute, tzinfo=LONDON)
    assert quiet_hours.next_waking(moment) == expected


@pytest.mark.django_db
def test_at_night_a_person_and_a_volunteer_wait_and_codes_and_staff_do_not(settings, participant, officer, volunteer):
    settings.QUIET_HOURS = QUIET

    def queued(key: str) -> datetime:
        return Message.objects.get(dedupe_key=key).not_before

    message_queue.tell_participant(participant=participant, body="x", key="person", now=EVENING)
    message_queue.tell_participant(participant=participant, body="x", key="code", now=EVENING, kind=Message.Kind.CODE)
    message_queue.tell_participants(
        participants=[participant], body="x", key="many", now=EVENING, subject="x", not_before=EVENING
    )
    for user, key in ((officer, "staff"), (volunteer, "volunteer")):
        message_queue.tell_user(user=user, subject="x", body="x", key=key, now=EVENING)
    morning = datetime(2026, 6, 2, 7, 0, tzinfo=UTC)
    assert [queued(key) for key in ("person", f"many:{participant.pk}", "volunteer")] == [morning] * 3
    assert [queued(key) for key in ("code", "staff")] == [EVENING] * 2

"""A reminder comes once, at the same wall-clock time the day before."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from common.postgres.actor import acting_as
from engagement import reminders, services
from engagement.models import Appointment
from people.models import Message, Participant, User
from tests.conftest import NOW
from tests.threads import as_we_are

LONDON = ZoneInfo("Europe/London")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FORWARD, BACK = datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def wall(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("meeting", "reminder"),
    [
        (wall("2026-06-02T14:30"), wall("2026-06-01T14:30")),
        (wall("2026-03-29T14:30"), wall("2026-03-28T14:30")),  # 23 hours
        (wall("2026-10-25T14:30"), wall("2026-10-24T14:30")),  # 25 hours
        (wall("2026-03-30T01:30"), wall("2026-03-29T02:00")),  # 01:30 never came: the next time that did
        (wall("2026-10-26T01:30"), wall("2026-10-25T01:30", fold=0)),  # 01:30 came twice: the first
        (wall("2026-10-25T01:30", fold=1), wall("2026-10-24T01:30")),
    ],
)
def test_the_same_time_on_the_clock_the_day_before(meeting, reminder):
    assert reminders.due_at(meeting) == reminder


@pytest.mark.parametrize("change", [FORWARD, BACK])
def test_every_minute_of_both_change_days_is_reminded_at_the_intended_time(change):
    midnight = change.astimezone(LONDON).replace(hour=0, minute=0)
    for start in (midnight.astimezone(UTC) + n * MINUTE for n in range(49 * 60)):
        due = reminders.due_at(start)
        meant = start.astimezone(LONDON).replace(tzinfo=None) - DAY
        shown = due.astimezone(LONDON)

        assert timedelta(hours=22, minutes=59) <= start - due <= timedelta(hours=25)
        assert shown.fold == 0
        if reminders.exists(meant.replace(tzinfo=LONDON)):
            assert shown.replace(tzinfo=None) == meant
        else:
            assert due == FORWARD


def waiting() -> list[Message]:
    return list(Message.objects.filter(dedupe_key__startswith="reminder:", state="WAITING"))


def test_a_reminder_is_queued_a_day_before_and_once(participant, meet):
    meeting = meet(-3 * DAY)
    assert waiting() == []

    assert reminders.queue(now=NOW + 2 * DAY - MINUTE) == 0
    assert reminders.queue(now=NOW + 2 * DAY) == 1
    assert reminders.queue(now=NOW + 2 * DAY + 5 * MINUTE) == 0

    [message] = waiting()
    assert message.address == str(participant.phone)
    assert message.not_after == meeting.starts_at
    assert message.body == (
        "Reminder from Good Lives: you have a meeting on Thu 4 June at midday. "
        "If you cannot come, tell the person you are meeting."
    )


def test_the_words_name_no_person_place_or_purpose_and_fit_one_text(participant, officer, meet):
    officer.phone = "+447700900123"
    officer.save()

    words = reminders.body(meet(-3 * DAY))

    assert words.endswith("If you cannot come, call 07700 900123.")
    assert len(words) <= 160
    for secret in (participant.given_name, participant.family_name, officer.name, "High Street", "robation", "Office"):
        assert secret not in words


def test_a_meeting_made_for_this_afternoon_is_reminded_of_at_once(meet, participant, officer):
    services.arrange(
        participant=participant,
        with_user=officer,
        kind="PHONE",
        starts_at=NOW + 3 * HOUR,
        ends_at=NOW + 4 * HOUR,
        by=officer,
        now=NOW,
    )

    assert [message.not_before for message in waiting()] == [NOW]


def test_a_colleague_who_arranges_or_moves_a_meeting_leaves_the_number_to_call(participant, officer, manager):
    """They do not see where the practitioner signs in, and the text gives the number all the same."""
    User.objects.filter(pk=officer.pk).update(phone="+447700900123")
    with acting_as(manager.pk):
        meeting = services.arrange(
            participant=Participant.objects.get(), with_user=User.objects.get(pk=officer.pk), kind="PHONE", by=manager,
            starts_at=NOW + 3 * HOUR, ends_at=NOW + 4 * HOUR, now=NOW,
        )  # fmt: skip
        services.reschedule(
            appointment=meeting, starts_at=NOW + 5 * HOUR, ends_at=NOW + 6 * HOUR, asked_by="SERVICE", why="A clash",
            by=manager, now=NOW,
        )  # fmt: skip

    bodies = list(Message.objects.filter(dedupe_key__startswith="reminder:").values_list("body", flat=True))
    assert len(bodies) == 2
    assert all("call 07700 900123." in body for body in bodies)


def test_moving_a_meeting_takes_the_old_reminder_back_and_makes_a_new_one(meet, officer):
    meeting = meet(-1 * DAY)
    reminders.queue(now=NOW)
    [first] = waiting()

    moved = services.reschedule(
        appointment=meeting,
        starts_at=NOW + 5 * DAY,
        ends_at=NOW + 5 * DAY + HOUR,
        asked_by="PERSON",
        why="Work",
        by=officer,
        now=NOW,
    )

    first.refresh_from_db()
    assert first.state == "WITHDRAWN"
    assert reminders.queue(now=NOW) == 0
    assert reminders.queue(now=NOW + 4 * DAY) == 1
    assert waiting()[0].dedupe_key == reminders.key_of(moved)


def test_a_called_off_meeting_is_not_reminded_of(meet, officer):
    meeting = meet(-1 * DAY)
    services.record_outcome(appointment=meeting, outcome="RESCHEDULED", by=officer, now=NOW)

    assert reminders.queue(now=NOW + HOUR) == 0
    assert waiting() == []


def test_someone_with_neither_phone_nor_email_gets_none(participant, meet):
    participant.phone = participant.email = ""
    participant.save()
    meet(-1 * DAY)

    assert reminders.queue(now=NOW) == 0


def test_a_meeting_that_has_begun_is_not_reminded_of(meet):
    meet(0 * DAY)

    assert reminders.queue(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_queue_each_reminder_once(participant, meet, settings):
    settings.SMS_PER_MINUTE = 100  # all of them go to one number
    for minutes in range(20):
        meet(-1 * DAY + minutes * MINUTE)
    Message.objects.all().delete()
    barrier = threading.Barrier(3)

    def tick() -> None:
        barrier.wait()
        try:
            reminders.queue(now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=as_we_are(tick)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(waiting()) == Appointment.objects.count() == 20

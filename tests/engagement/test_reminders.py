"""A reminder comes once, at the same wall-clock time the day before."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.postgres.actor import acting_as
from engagement import reminders, services, work_items
from engagement.models import Appointment
from people.messaging import message_queue, sending
from people.models import Message, Participant, User
from tests.conftest import NOW
from tests.threads import as_we_are
from tests.worklists import waiting as on_list

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
        "If you cannot come, say so in your pages."
    )


def test_the_words_name_no_person_place_or_purpose_and_fit_one_text(participant, officer, meet):
    words = reminders.body(meet(-3 * DAY), "07700 900123")

    assert words.endswith("If you cannot come, ring 07700 900123.")
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
    User.objects.filter(pk=officer.pk).update(work_phone="+447700900123")
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
    assert all("ring 07700 900123." in body for body in bodies)


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
    services.call_off(appointment=meeting, asked_by="SERVICE", why="A fire", by=officer, now=NOW)

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


def test_the_statements_do_not_grow_with_the_reminders(participant, other_participant, meet, other_officer, settings):
    settings.SMS_PER_MINUTE = 100
    meet(-DAY)

    def count(now) -> int:
        with CaptureQueriesContext(connection) as queries:
            reminders.queue(now=now)
        return len(queries)

    statements = count(NOW)
    for minutes in range(1, 20):
        meet(-DAY + minutes * MINUTE)
    meet(-DAY + 30 * MINUTE, person=other_participant, by=other_officer)

    assert count(NOW + HOUR) == statements
    assert len(waiting()) == 21


def test_many_to_one_number_go_a_few_to_the_minute_as_one_after_the_other_would(participant, meet, settings):
    settings.SMS_PER_MINUTE, settings.SMS_PER_DAY = 2, 5
    for minutes in range(7):
        meet(-DAY + minutes * MINUTE)

    assert reminders.queue(now=NOW + HOUR) == 7

    rows = Message.objects.filter(kind="REMINDER").order_by("pk").values_list("state", "not_before")
    later = NOW + HOUR
    assert [(state, begins - later) for state, begins in rows if state == "WAITING"] == [
        ("WAITING", n * MINUTE) for n in (0, 0, 1, 1, 2)
    ]
    assert [state for state, _ in rows].count("PARKED") == 2


def test_one_that_was_queued_meanwhile_goes_and_nobody_is_told_that_it_could_not(participant, meet, settings):
    """Two ticks at once both find it missing. The later counts the earlier's text, and its own is past the limit."""
    settings.SMS_PER_DAY = 1
    reminder = reminders.reminder(meet(-DAY), "")
    message_queue.tell_each([reminder], now=NOW)

    message_queue.tell_each([reminder], now=NOW)

    [message] = Message.objects.all()
    assert (message.dedupe_key, message.state) == (reminder.key, "WAITING")


# --- What cannot go ----------------------------------------------------------------------------------


@pytest.fixture
def past_the_share(db, settings):
    """Others' reminders have used up the day's share."""
    settings.SMS_SITE_PER_DAY = 10
    for n in range(3):
        Message.objects.create(
            dedupe_key=f"full{n}", kind="REMINDER", channel="SMS", address=f"+4477008{n:05d}", body="Hello",
            queued_at=NOW, not_before=NOW, state="SENT", sent_at=NOW,
        )  # fmt: skip


def test_a_reminder_past_the_days_share_is_told_to_whom_they_meet_and_stands_on_their_list(
    past_the_share, participant, meet, officer
):
    meeting = meet(-DAY)
    reminders.queue(now=NOW)

    assert Message.objects.get(dedupe_key=reminders.key_of(meeting)).state == "PARKED"
    told = Message.objects.get(address=officer.email)
    assert told.subject == f"A reminder to {participant.crn} could not be sent"
    assert "was not reminded of the meeting on Tue 2 June at midday" in told.body
    [item] = [item for item in on_list(work_items, officer) if item.kind == "Remind"]
    assert item.reason == "Has a meeting on Tue 2 June at midday, and the reminder could not be sent. Tell them."


def test_one_that_the_sender_refuses_is_told_too_and_once(participant, meet, officer, monkeypatch):
    def refuse(message) -> None:
        if message.kind == "REMINDER":
            raise sending.CannotSend("No such number.")

    monkeypatch.setattr(sending, "_deliver", refuse)
    meet(-DAY)
    reminders.queue(now=NOW)
    sending.send_batch(now=NOW)
    sending.send_batch(now=NOW)

    [told] = Message.objects.filter(address=officer.email)
    assert "No such number." in told.body


def test_codes_and_alerts_go_on_though_reminders_have_used_their_share(past_the_share, participant):
    from people.messaging import message_queue

    assert message_queue.tell_participant(participant=participant, body="Hello", key="k", now=NOW).state == "WAITING"


def test_a_reminder_that_could_not_go_in_time_stands_on_no_list_once_the_meeting_is_over(
    past_the_share, participant, meet, officer
):
    meet(-DAY)
    reminders.queue(now=NOW)

    later = [item.kind for item in on_list(work_items, officer, now=NOW + 2 * DAY)]
    assert "Remind" not in later

"""Reminders of meetings, sent at the same wall-clock time the day before."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.templatetags.kit import clock
from engagement.models import Appointment
from people.messaging import contact_numbers, message_queue
from people.models import Message

KEY = re.compile(r"reminder:(\d+):\w+")
AHEAD = timedelta(hours=26)  # a day may have 25 hours


def due_at(starts_at: datetime) -> datetime:
    """Return the time a day before, by the wall clock: of a repeated time the first, of a skipped one the next."""
    zone = ZoneInfo(settings.TIME_ZONE)
    wall = (starts_at.astimezone(zone) - timedelta(days=1)).replace(fold=0)
    while not exists(wall):
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return wall.astimezone(ZoneInfo("UTC"))


def exists(wall: datetime) -> bool:
    """Whether clocks show this time; when they go forward they skip an hour."""
    zone: tzinfo | None = wall.tzinfo
    back = wall.astimezone(ZoneInfo("UTC")).astimezone(zone)
    return back.replace(tzinfo=None) == wall.replace(tzinfo=None)


def key_of(appointment: Appointment) -> str:
    """Return the key that makes one reminder for one meeting at one time."""
    return f"reminder:{appointment.pk}:{appointment.starts_at.astimezone(ZoneInfo('UTC')):%Y%m%dT%H%MZ}"


def remind(*, appointment: Appointment, now: datetime) -> Message | None:
    """Queue the reminder if it is due. Return None if it is not, the meeting is over, or there is no address."""
    if appointment.outcome or not due_at(appointment.starts_at) <= now < appointment.starts_at:
        return None
    numbers = contact_numbers.of_staff([appointment.with_user_id], timezone.localdate(now))
    told = reminder(appointment, numbers.get(appointment.with_user_id, ""))
    return message_queue.tell_participant(**vars(told), now=now)


def reminder(appointment: Appointment, number: str) -> message_queue.Text:
    """`number` is that of whom they meet; empty where it is not known."""
    return message_queue.Text(
        participant=appointment.participant,
        subject="A reminder about your meeting",
        body=body(appointment, number),
        short=short(appointment, number),
        key=key_of(appointment),
        not_after=appointment.starts_at,
        kind=Message.Kind.REMINDER,
    )


def tell_of_parked(message: Message, now: datetime) -> None:
    """Tell whom the person is to meet that the reminder did not go, so that they can ring."""
    found = KEY.fullmatch(message.dedupe_key)
    meetings = Appointment.objects.select_related("with_user", "participant").upcoming(now)
    meeting = meetings.filter(pk=found[1]).first() if found else None
    if meeting is not None:
        message_queue.tell_user(
            user=meeting.with_user, participant=meeting.participant, key=f"{message.dedupe_key}:parked", now=now,
            subject=f"A reminder to {meeting.participant.crn} could not be sent",
            body=f"{meeting.participant.crn} was not reminded of the meeting {in_words(meeting.starts_at)}. "
            f"{message.problem} If you can, remind them yourself.",
        )  # fmt: skip


def body(appointment: Appointment, number: str) -> str:
    """Return the text without who, where and why, since someone else may read the phone."""
    when = in_words(appointment.starts_at)
    said = f"Reminder from {settings.SERVICE_NAME}: you have a meeting {when}."
    how = how_to_say_no(appointment, number)
    return f"{said} If you cannot come, {how}." if how else said


def short(appointment: Appointment, number: str) -> str:
    """Return the text for someone who asked for short ones."""
    how = how_to_say_no(appointment, number)
    said = f"Meeting {in_words(appointment.starts_at)}."
    return f"{said} Cannot come? {how[0].upper()}{how[1:]}." if how else said


def how_to_say_no(appointment: Appointment, number: str) -> str:
    """How they say that they cannot come; empty where there is no way to name."""
    if number:
        return f"ring {number}"
    return "say so in your pages" if appointment.participant.user_id else ""


def in_words(moment: datetime) -> str:
    """Return "on Tue 2 June at 2:30pm", in local time."""
    local = timezone.localtime(moment)
    return f"on {local:%a} {local.day} {local:%B} at {clock(local)}"


@transaction.atomic
def queue(*, now: datetime) -> int:
    """Queue every due reminder that is not in the outbox. Return how many."""
    coming = Appointment.objects.upcoming(now).filter(starts_at__lte=now + AHEAD)
    due = {key_of(meeting): meeting for meeting in coming.select_related("participant", "with_user")}
    due = {key: meeting for key, meeting in due.items() if due_at(meeting.starts_at) <= now}
    numbers = contact_numbers.of_staff({meeting.with_user_id for meeting in due.values()}, timezone.localdate(now))
    queued = set(Message.objects.filter(dedupe_key__in=due).values_list("dedupe_key", flat=True))
    fresh = [meeting for key, meeting in due.items() if key not in queued]
    return message_queue.tell_each([reminder(each, numbers.get(each.with_user_id, "")) for each in fresh], now=now)

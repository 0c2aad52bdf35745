"""Tell the person of a meeting that is arranged, moved or called off, by their own channel, or keep that they must be
told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from common.postgres.actor import as_service
from common.templatetags.kit import clock
from engagement import reminders
from engagement.models import Appointment
from people.messaging import contact_numbers, message_queue, quiet_hours
from people.models import Message, Participant, SafeContact, User
from people.models.phones import in_words

SOON = timedelta(hours=2)
KEY = re.compile(r"meeting:(\d+):(?:arranged|moved|off)")


class How(models.TextChoices):
    SEND = "SEND", "Send it to them now"
    KNOW = "KNOW", "They know: we agreed it together"
    LATER = "LATER", "I will tell them myself"


def usual(person: Participant, viewer: User) -> str:
    """How one usually tells this person: sent, unless they are inside or a safe-contact note says to think."""
    _, address = message_queue.reached_at(person)
    careful = SafeContact.objects.visible_to(viewer).filter(participant=person).exists()
    return How.SEND if address and not careful and not person.is_inside else ""


def tell(meeting: Appointment, said: str, words: str, *, how: str, now: datetime) -> Message | None:
    """Send these words, where that was asked for, and set whether the person knows. `said`: arranged, moved or off.

    The caller saves `told_at`.
    """
    meeting.told_at = now if how == How.KNOW else None
    if how != How.SEND:
        return None
    person, soon = meeting.participant, _is_soon_after_the_night(meeting, now)
    message = message_queue.tell_participant(
        participant=person, body=words, short=words, key=f"meeting:{meeting.pk}:{said}", now=now,
        subject="Your meeting", not_after=meeting.starts_at if meeting.starts_at > now else None,
        at_night=soon and person.night_ok,
    )  # fmt: skip
    sent = message is not None and message.state != Message.State.PARKED
    if sent and (person.night_ok or not soon):  # else someone should ring them in the morning
        meeting.told_at = now
    return message


def _is_soon_after_the_night(meeting: Appointment, now: datetime) -> bool:
    """Whether it is night, and the meeting within two hours of its end: words that wait may be read too late."""
    morning = quiet_hours.next_waking(now)
    return morning > now and meeting.starts_at < morning + SOON


def keys_before(meeting: Appointment) -> list[str]:
    """Of the messages that said when it is, and are of no use once it is not."""
    return [f"meeting:{meeting.pk}:{said}" for said in ("arranged", "moved")]


def arranged(meeting: Appointment) -> str:
    return f"{settings.SERVICE_NAME}: you have a meeting {reminders.in_words(meeting.starts_at)}.{_if_not(meeting)}"


def moved(old: Appointment, new: Appointment) -> str:
    was, now = reminders.in_words(old.starts_at), reminders.in_words(new.starts_at)
    return f"{settings.SERVICE_NAME}: your meeting {was} is moved. It is now {now}.{_if_not(new)}"


def called_off(meeting: Appointment) -> str:
    return f"{settings.SERVICE_NAME}: your meeting {reminders.in_words(meeting.starts_at)} is called off."


def _if_not(meeting: Appointment) -> str:
    numbers = contact_numbers.of_staff([meeting.with_user_id], timezone.localdate(meeting.arranged_at))
    how = reminders.how_to_say_no(meeting, numbers.get(meeting.with_user_id, ""))
    return f" If you cannot come, {how}." if how else ""


def in_a_sentence(message: Message | None, *, how: str, known: bool = True) -> str:
    """What became of it, for the page: only what is so."""
    if how == How.KNOW:
        return "They know of it."
    if message is None or message.state == Message.State.PARKED:
        return "Not sent: tell them."
    address = in_words(message.address) if message.channel == "SMS" else message.address
    waits = message.not_before > message.queued_at
    when = f"goes at {clock(timezone.localtime(message.not_before))}" if waits else "is on its way"
    ring = "" if known else " That may be too late: ring them."
    return f"The {message.get_channel_display().lower()} to {address} {when}.{ring}"


@as_service()
def tell_of_parked(message: Message, now: datetime) -> None:
    """It did not go: the person does not know, and someone has to tell them."""
    found = KEY.fullmatch(message.dedupe_key)
    if found:
        Appointment.objects.filter(pk=found[1]).update(told_at=None)

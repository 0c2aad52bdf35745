"""How many text messages may be queued: to one number in a minute and in a day, and from the whole service in a day.

Of the whole each kind has a share, so that a day of many reminders leaves codes and alerts their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from common.postgres.actor import SYSTEM, acting_as
from people.models import Channel, Message

UNSENT = [Message.State.PARKED, Message.State.WITHDRAWN]
PARKED = "Too many texts today, to this number or in all. Call the person, or try again later."


def too_many(*, address: str, kind: str, now: datetime) -> bool:
    """Whether one more text to this number, now, would be more than we send. The rows of the outbox are counted."""
    just_now = _counted(address, kind, now)["just_now"]
    return just_now >= settings.SMS_PER_MINUTE or too_many_today(address=address, kind=kind, now=now)


def too_many_today(*, address: str, kind: str, now: datetime) -> bool:
    sent = _counted(address, kind, now)
    return sent["number"] >= settings.SMS_PER_DAY or sent["kind"] >= share_of(kind)


def share_of(kind: str) -> int:
    """How many texts of this kind may go in a day."""
    return max(1, settings.SMS_SITE_PER_DAY * settings.SMS_SHARES[kind] // 100)


def free_from(*, address: str, now: datetime) -> datetime:
    """When the next text to this number may go: what is no sign-in code waits its turn, a few to the minute."""
    return now + timedelta(minutes=_counted(address, "", now)["just_now"] // settings.SMS_PER_MINUTE)


def _counted(address: str, kind: str, now: datetime) -> dict[str, int]:
    with acting_as(SYSTEM):  # what anyone was sent counts
        day = Message.objects.filter(channel=Channel.SMS, queued_at__gt=now - timedelta(days=1), queued_at__lte=now)
        return day.exclude(state__in=UNSENT).aggregate(
            kind=Count("pk", filter=Q(kind=kind)),
            number=Count("pk", filter=Q(address=address)),
            just_now=Count("pk", filter=Q(address=address, queued_at__gt=now - timedelta(minutes=1))),
        )

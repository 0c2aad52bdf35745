"""How many text messages may be queued: to one number in a minute and in a day, and from the whole service in a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from common.postgres.actor import SYSTEM, acting_as
from people.models import Channel, Message

UNSENT = [Message.State.PARKED, Message.State.WITHDRAWN]
PARKED = "Too many texts today, to this number or in all. Call the person, or try again later."


def too_many(*, address: str, now: datetime) -> bool:
    """Whether one more text to this number would be more than we send. The rows of the outbox are what is counted."""
    with acting_as(SYSTEM):  # what anyone was sent counts
        day = Message.objects.filter(channel=Channel.SMS, queued_at__gt=now - timedelta(days=1), queued_at__lte=now)
        sent = day.exclude(state__in=UNSENT).aggregate(
            site=Count("pk"),
            number=Count("pk", filter=Q(address=address)),
            just_now=Count("pk", filter=Q(address=address, queued_at__gt=now - timedelta(minutes=1))),
        )
    return (
        sent["just_now"] >= settings.SMS_PER_MINUTE
        or sent["number"] >= settings.SMS_PER_DAY
        or sent["site"] >= settings.SMS_SITE_PER_DAY
    )

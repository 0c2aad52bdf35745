"""How many text messages may be queued: to one number in a minute and in a day, and from the whole service in a day.

Of the whole each kind has a share, so that a day of many reminders leaves codes and alerts their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Count, Q, Value, When

from common.postgres.actor import SYSTEM, acting_as
from people.models import Channel, Message

UNSENT = [Message.State.PARKED, Message.State.WITHDRAWN]
PARKED = "Too many texts today, to this number or in all. Call the person, or try again later."


@dataclass
class Sent:
    """The texts queued in the day before `now`: of each kind, and to each of the numbers asked about."""

    now: datetime
    kinds: Counter[str]
    numbers: Counter[str]
    just_now: Counter[str]  # in the last minute

    def too_many(self, address: str, kind: str) -> bool:
        """Whether one more text to this number, now, would be more than we send."""
        return self.just_now[address] >= settings.SMS_PER_MINUTE or self.too_many_today(address, kind)

    def too_many_today(self, address: str, kind: str) -> bool:
        return self.numbers[address] >= settings.SMS_PER_DAY or self.kinds[kind] >= share_of(kind)

    def free_from(self, address: str) -> datetime:
        """When the next text to this number may go: what is no sign-in code waits its turn, a few to the minute."""
        return self.now + timedelta(minutes=self.just_now[address] // settings.SMS_PER_MINUTE)

    def add(self, address: str, kind: str) -> None:
        """Count a text that is queued now."""
        self.kinds[kind] += 1
        self.numbers[address] += 1
        self.just_now[address] += 1


def share_of(kind: str) -> int:
    """How many texts of this kind may go in a day."""
    return max(1, settings.SMS_SITE_PER_DAY * settings.SMS_SHARES[kind] // 100)


def sent(addresses: Collection[str], *, now: datetime) -> Sent:
    """Count the rows of the outbox, for however many numbers."""
    with acting_as(SYSTEM):  # what anyone was sent counts
        day = Message.objects.filter(channel=Channel.SMS, queued_at__gt=now - timedelta(days=1), queued_at__lte=now)
        day = day.exclude(state__in=UNSENT).order_by()
        asked = Case(When(address__in=addresses, then="address"), default=Value(""))
        late = Count("pk", filter=Q(queued_at__gt=now - timedelta(minutes=1)))
        found = Sent(now=now, kinds=Counter(), numbers=Counter(), just_now=Counter())
        rows = day.annotate(asked=asked).values_list("kind", "asked").annotate(many=Count("pk"), late=late)
        for kind, address, many, lately in rows:
            found.kinds[kind] += many
            found.numbers[address] += many
            found.just_now[address] += lately
        return found

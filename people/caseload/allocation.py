"""Give nobody's people to a practitioner, many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from common.errors import RuleBroken
from people import services
from people.access import unallocated
from people.messaging import message_queue
from people.models import Assignment, User

YOURS = "Your practitioner is {name}. {name} will get in touch with you."


class NobodyChosen(RuleBroken):
    pass


class LedMeanwhile(RuleBroken):
    pass


@transaction.atomic
def allocate(
    *, people_ids: Collection[int], practitioner: User, by: User, today: date, now: datetime
) -> list[Assignment]:
    """Make this practitioner the lead of these people, all or none. They and the practitioner are told."""
    if not people_ids:
        raise NobodyChosen("Tick at least one person.")
    people = list(unallocated.shown_to(by, today).filter(pk__in=people_ids))
    if len(people) != len(set(people_ids)):
        raise LedMeanwhile("Someone leads one of them by now. The list is up to date again: choose once more.")
    made = services.change_lead(people=people, practitioner=practitioner, by=by, today=today, now=now)
    key = f"allocated:{now.isoformat()}:{practitioner.pk}"
    message_queue.tell_participants(
        participants=people, subject="Your practitioner", key=key, now=now, not_before=now,
        body=YOURS.format(name=practitioner.name),
    )  # fmt: skip
    if practitioner.pk != by.pk:
        count = "1 person is" if len(people) == 1 else f"{len(people)} people are"
        message_queue.tell_user(
            user=practitioner, subject="People given to you", now=now, key=f"{key}:lead",
            body=f"{count} now on your list: {by.name} gave them to you. Nobody led their case. Sign in to see who.",
        )  # fmt: skip
    return made

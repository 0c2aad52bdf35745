"""Access events of one person, in words that the person can follow: a line for each user and day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate

from common.postgres.actor import SYSTEM, acting_as
from people.models import AccessEvent, Exclusion, Participant, Restriction

WORDS = {
    AccessEvent.Kind.PERSON: "opened your record",
    AccessEvent.Kind.LIST: "saw your name in a list",
    AccessEvent.Kind.EXPORT: "took a copy of a list with you in it",
    AccessEvent.Kind.CHANGE: "wrote something in your record",
    AccessEvent.Kind.REFUSED: "tried to open your record and was stopped",
    AccessEvent.Kind.TOO_OFTEN: "was told to slow down",
    AccessEvent.Kind.AUDIT: "checked who had looked at your record",
}
BECAUSE = {
    "ASSIGNED": "because they are your practitioner",
    "TEAM": "because they work in the team",
    "CIRCLE": "because they are in your circle",
    "REFERRAL": "because you were sent to them for help",
    "ENROLLED": "because they run a programme you are on",
    "PRISON": "because they work with you in prison",
    "BREAK_GLASS": "in an emergency: they had to give a reason",
    "FINANCE": "because they pay for something you asked for: they see the sum, and who is paid",
    "PANEL": "because they vote on something you asked for: they read it without your name",
    "RIGHTS": "because they look after people's rights over their data",
}


def last_access(users: Collection[int]) -> dict[int, datetime]:
    """Return when each of these users last opened the person's own record, in one query."""
    events = AccessEvent.objects.of_own_record().filter(user__in=users).exclude(kind=AccessEvent.Kind.REFUSED)
    return dict(events.values_list("user").annotate(Max("at")).order_by())


def unnamed(person: Participant, events: Iterable[dict[str, Any]]) -> set[int]:
    """Which of these users were stopped because they are kept out: the person is not told their names."""
    with acting_as(SYSTEM):  # the person does not see who is kept out
        excluded = set(Exclusion.objects.filter(participant=person).values_list("user", flat=True))
        restricted = Restriction.objects.filter(participant=person).exists()
    stopped = {event["user"] for event in events if event["kind"] == AccessEvent.Kind.REFUSED}
    return stopped if restricted else stopped & excluded


def access_by_day(person: Participant) -> QuerySet[AccessEvent, Any]:
    """Group access events by local day, newest first, without the person's own."""
    others = AccessEvent.objects.of_own_record().exclude(user=person.user_id)
    days = others.annotate(day=TruncDate("at")).values("day", "kind", "user", "user__name", "roles", "why")
    return days.annotate(times=Count("pk"), last_at=Max("at")).order_by("-last_at", "kind", "user", "why")


def page_in_words(name: str) -> str:
    """The name of a page, said: "people:person-details" → "Person details"."""
    words = name.rpartition(":")[2].replace("-", " ").replace("appointment", "meeting")
    return words[:1].upper() + words[1:]

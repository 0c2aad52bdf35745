"""The access log for the data-protection officer, found by user, CRN, days, kind and page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from people.access.access_history import page_in_words
from people.models import AccessEvent, AccessGrant, Participant, User

USUAL_DAYS = 30
NAMED = 3  # CRNs shown of one list
REQUEST = timedelta(minutes=1)  # an event may be recorded just after its grant has ended


@dataclass(frozen=True)
class Shown:
    """An access event as the officer reads it: CRNs, never a name."""

    event: AccessEvent
    crns: list[str]
    reason: str = ""  # typed by who opened it in an emergency

    @property
    def more(self) -> int:
        return max(0, len(self.event.participants) - NAMED)

    @property
    def in_an_emergency(self) -> bool:
        return self.event.why == "BREAK_GLASS"


def found(
    asked: dict[str, Any], person: Participant | None, *, today: date, not_about: Collection[int] = ()
) -> QuerySet[AccessEvent]:
    """Return events, newest first: of the last thirty days where no days are given.

    None that are about a person in `not_about`, whose record the reader is kept out of.
    """
    last = asked.get("until") or today
    first = asked.get("since") or last - timedelta(days=USUAL_DAYS)
    events = AccessEvent.objects.within(first, last).select_related("user")
    if not_about:
        events = events.exclude(participants__overlap=list(not_about))
    if viewer := asked.get("viewer"):
        named = User.objects.filter(Q(name__icontains=viewer) | Q(email__iexact=viewer))
        events = events.filter(user__in=list(named.values_list("pk", flat=True)[:500]))
    if asked.get("crn"):
        events = events.about(person.pk) if person else events.none()
    if kind := asked.get("kind"):
        events = events.filter(why=kind) if kind == "BREAK_GLASS" else events.filter(kind=kind)
    if page := asked.get("page_name"):
        events = events.filter(page__in=[name for name in pages() if page.lower() in page_in_words(name).lower()])
    return events.order_by("-at", "-pk")


# A few hundred names among millions of rows: the index leads from each to the next.
PAGES = """
    with recursive names as (
        (select page from people_accessevent order by page limit 1)
        union all
        select (select l.page from people_accessevent l where l.page > names.page order by l.page limit 1)
        from names where names.page is not null
    ) select page from names where page is not null
"""


def pages() -> list[str]:
    """Return the name of every page in the log."""
    with connection.cursor() as cursor:
        cursor.execute(PAGES)
        return [page for (page,) in cursor.fetchall()]


def reasons(events: Iterable[AccessEvent]) -> dict[int, str]:
    """Return the reason that was typed for each emergency access among these, in at most one query."""
    urgent = [event for event in events if event.why == AccessGrant.Why.BREAK_GLASS]
    if not urgent:
        return {}
    whom = {pk for event in urgent for pk in event.participants}
    given = AccessGrant.objects.filter(
        why=AccessGrant.Why.BREAK_GLASS, user__in={event.user_id for event in urgent}, participant__in=whom
    )
    rows = list(given.order_by("starts_at").values_list("user", "participant", "starts_at", "ends_at", "reason"))
    return {
        event.pk: reason
        for event in urgent
        for user, person, start, end, reason in rows  # the latest last, so that it stays
        if user == event.user_id and person in event.participants and end and start <= event.at <= end + REQUEST
    }


def shown(events: Iterable[AccessEvent]) -> Iterator[Shown]:
    listed = list(events)
    wanted = {pk for event in listed for pk in event.participants[:NAMED]}
    crns = dict(Participant.objects.filter(pk__in=wanted).values_list("pk", "crn"))
    why = reasons(listed)
    for event in listed:
        yield Shown(event, [crns[pk] for pk in event.participants[:NAMED] if pk in crns], why.get(event.pk, ""))

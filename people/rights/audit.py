"""Who looked at whom, for the officer: found by viewer, case number, days, kind and page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q, QuerySet

from people.models import Look, Participant, Sight, User

MOST_COUNTED = 10_000  # rows: counting further would take longer than the page is worth
USUAL_DAYS = 30
NAMED = 3  # case numbers shown of a list
REQUEST = timedelta(minutes=1)  # a page that was asked for while access lasted may be written down just after


@dataclass(frozen=True)
class Shown:
    """A look as the officer reads it: case numbers, never a name."""

    look: Look
    crns: list[str]
    reason: str = ""  # typed by who opened it in an emergency

    @property
    def more(self) -> int:
        return max(0, len(self.look.participants) - NAMED)

    @property
    def in_an_emergency(self) -> bool:
        return self.look.why == "BREAK_GLASS"


class Counted(Paginator):
    """Pages of a very long list, counted as far as anyone would turn them."""

    @cached_property
    def count(self) -> int:
        unordered = self.object_list.order_by()  # type: ignore[attr-defined]  # so that the database can stop early
        return min(unordered[: MOST_COUNTED + 1].count(), MOST_COUNTED)


def found(asked: dict[str, Any], person: Participant | None, *, today: date) -> QuerySet[Look]:
    """Newest first; of the last thirty days where no days are asked for."""
    last = asked.get("until") or today
    first = asked.get("since") or last - timedelta(days=USUAL_DAYS)
    looks = Look.objects.within(first, last).select_related("user")
    if viewer := asked.get("viewer"):
        named = User.objects.filter(Q(name__icontains=viewer) | Q(email__iexact=viewer))
        looks = looks.filter(user__in=list(named.values_list("pk", flat=True)[:500]))
    if asked.get("crn"):
        looks = looks.at(person.pk) if person else looks.none()
    if kind := asked.get("kind"):
        looks = looks.filter(why=kind) if kind == "BREAK_GLASS" else looks.filter(kind=kind)
    if page := asked.get("page_name"):
        looks = looks.filter(page__in=[name for name in pages() if page.lower() in name.lower()])
    return looks.order_by("-at", "-pk")


# A few hundred names among millions of rows: from each to the next, by the index.
PAGES = """
    with recursive names as (
        (select page from people_look order by page limit 1)
        union all
        select (select l.page from people_look l where l.page > names.page order by l.page limit 1)
        from names where names.page is not null
    ) select page from names where page is not null
"""


def pages() -> list[str]:
    """Every page that anyone was ever shown."""
    with connection.cursor() as cursor:
        cursor.execute(PAGES)
        return [page for (page,) in cursor.fetchall()]


def reasons(looks: Iterable[Look]) -> dict[int, str]:
    """What was typed to open the record, for each look in an emergency: in one query, or none where there is none."""
    urgent = [look for look in looks if look.why == Sight.Why.BREAK_GLASS]
    if not urgent:
        return {}
    whom = {pk for look in urgent for pk in look.participants}
    given = Sight.objects.filter(
        why=Sight.Why.BREAK_GLASS, user__in={look.user_id for look in urgent}, participant__in=whom
    )
    rows = list(given.order_by("starts_at").values_list("user", "participant", "starts_at", "ends_at", "reason"))
    return {
        look.pk: reason
        for look in urgent
        for user, person, start, end, reason in rows  # the latest last, so that it stays
        if user == look.user_id and person in look.participants and end and start <= look.at <= end + REQUEST
    }


def shown(looks: Iterable[Look]) -> Iterator[Shown]:
    listed = list(looks)
    wanted = {pk for look in listed for pk in look.participants[:NAMED]}
    crns = dict(Participant.objects.filter(pk__in=wanted).values_list("pk", "crn"))
    why = reasons(listed)
    for look in listed:
        yield Shown(look, [crns[pk] for pk in look.participants[:NAMED] if pk in crns], why.get(look.pk, ""))

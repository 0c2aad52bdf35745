"""Who looked at whom, for the officer: found by viewer, case number, days, kind and page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from people.models import Look, Participant, User

MOST_COUNTED = 10_000  # rows: counting further would take longer than the page is worth
USUAL_DAYS = 30
NAMED = 3  # case numbers shown of a list


@dataclass(frozen=True)
class Shown:
    """A look as the officer reads it: case numbers, never a name."""

    look: Look
    crns: list[str]

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
        return min(self.object_list[: MOST_COUNTED + 1].count(), MOST_COUNTED)  # type: ignore[attr-defined]


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
        looks = looks.filter(page__icontains=page)
    return looks.order_by("-at", "-pk")


def shown(looks: Iterable[Look]) -> Iterator[Shown]:
    listed = list(looks)
    wanted = {pk for look in listed for pk in look.participants[:NAMED]}
    crns = dict(Participant.objects.filter(pk__in=wanted).values_list("pk", "crn"))
    for look in listed:
        yield Shown(look, [crns[pk] for pk in look.participants[:NAMED] if pk in crns])

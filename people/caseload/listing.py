"""The list of people: filters, search and order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, Func, IntegerField, OuterRef, Prefetch, Subquery, Value, When
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as, as_service
from people.access.whom import is_one_of, sees_few
from people.caseload import list_columns
from people.models import Assignment, Membership, Participant, RiskBand, Sentence, User
from people.models.participants import ParticipantQuerySet

People = ParticipantQuerySet
NEW_FOR = timedelta(days=28)
BY_NAME = ("family_name", "given_name", "pk")


@dataclass(frozen=True)
class Row:
    """One person as the list, and its file, show them."""

    person: Participant
    age: int
    is_new: bool
    sentences: list[Sentence]
    cells: dict[str, list_columns.Cell] = field(default_factory=dict)
    marks: list[list_columns.Mark] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many sentences there are beside the main one."""
        return len(self.sentences) - 1

    @property
    def added(self) -> list[list_columns.Cell | None]:
        """The cells of the columns that other floors added, in their order."""
        return [self.cells.get(column.key) for column in list_columns.COLUMNS]


def listed(*, user: User, asked: dict[str, str], today: date, now: datetime | None = None) -> People:
    """Return the people whom this user may see and who match, with what a list shows of each."""
    words = asked.get("q", "")
    people = Participant.objects.matching(words, by=user) if words else Participant.objects.visible_to(user)
    people = people.with_lead(today).with_release()
    whose = asked.get("whose", "")
    if whose == "mine":
        people = people.led_by(user, today)
    elif whose.isdigit():
        people = people.led_by(int(whose), today)
    if asked.get("where") != "left":
        people = people.current(today)
    for name, narrow in _NARROW.items():
        if value := asked.get(name):
            people = narrow(people, value, today)
    now = now or timezone.now()
    for reason in list_columns.ATTENTION:
        if asked.get("attention") == reason.key:
            people = reason.narrow(people, today, now)
    return _in_order(people, user, asked, now).select_related("delivery_unit", "prison")


def restricted_count(user: User) -> int:
    """Count matching people whom only a restriction hides from this user. Nothing else about them is told."""
    with acting_as(SYSTEM):
        return Participant.objects.restricted_from(user).count()


def team_of(user: User, today: date) -> list[tuple[str, str]]:
    """Return each practitioner of this user's teams, with the name of their list."""
    there = Membership.objects.current(today).of_practitioners().filter(team__in=user.team_ids)
    found = User.objects.filter(pk__in=there.values("user")).exclude(pk=user.pk).order_by("name", "pk")
    return [(str(pk), f"People {name} leads") for pk, name in found.values_list("pk", "name")]


def with_sentences(people: People) -> People:
    """Fetch each person's sentences, latest first, in one query."""
    return people.prefetch_related(
        Prefetch("sentences", Sentence.objects.order_by("-starts_on", "pk"), to_attr="latest_sentences")
    )


def rows_of(people: list[Participant], *, today: date, now: datetime) -> list[Row]:
    """Return the rows of these people (with_sentences), in a fixed number of queries."""
    cells, marks = list_columns.cells_of(people, now), list_columns.marks_of(people, today)
    return [
        Row(
            person,
            person.age_on(today),
            person.joined_on > today - NEW_FOR,
            person.latest_sentences,  # type: ignore[attr-defined]
            cells[person.pk],
            marks[person.pk],
        )
        for person in people
    ]


def _risk(people: People, user: User, today: date) -> Any:
    ranks = [When(risk_band=band, then=rank) for rank, band in enumerate(reversed(RiskBand))]
    return Case(*ranks, output_field=IntegerField())


def _main_sentence(people: People, user: User, today: date) -> Any:
    latest = Sentence.objects.filter(participant=OuterRef("pk")).order_by("-starts_on", "pk")
    return Subquery(latest.values("kind")[:1])


def _lead(people: People, user: User, today: date) -> Any:
    """The place of the lead's name among the leads of these people; where the user sees many, among all practitioners.

    By the name, the database would ask for each person whether it may be read; whoever sees the person reads who leads
    the case.
    """
    led = Assignment.objects.current(today)
    leads: Any = Membership.objects.of_practitioners().values("user")
    if sees_few(user):
        theirs = is_one_of("participant", list(people.order_by().values_list("pk", flat=True)))
        leads = set(led.filter(theirs).values_list("practitioner", flat=True))
    with as_service():
        keys = User.objects.filter(pk__in=leads).order_by("name", "pk").values_list("pk", flat=True)
        places = json.dumps({str(pk): place for place, pk in enumerate(keys)})
    lead = led.filter(participant=OuterRef("pk")).values("practitioner")[:1]
    return Func(
        Value(places), Subquery(lead), template="(%(expressions)s::text)::integer", arg_joiner="::jsonb ->> ",
        output_field=IntegerField(),
    )  # fmt: skip


# Each order, and whether it puts the greatest first. A minus before the name reverses it.
ORDERS: dict[str, tuple[str, Callable[[People, User, date], Any] | None, bool]] = {
    "name": ("Name", None, False),
    "sentence": ("Main sentence", _main_sentence, False),
    "release": ("Release date", lambda people, user, today: F("release_on"), False),
    "practitioner": ("Practitioner", _lead, False),
    "risk": ("Risk, highest first", _risk, False),
    "joined": ("Newest first", lambda people, user, today: F("joined_on"), True),
}


def orders() -> list[tuple[str, str]]:
    """Return every order, both ways, as choices."""
    named = [(key, words) for key, (words, _, _) in ORDERS.items()]
    named += [(column.key, column.title) for column in list_columns.COLUMNS]
    return [choice for key, words in named for choice in ((key, words), (f"-{key}", f"{words}, reversed"))]


def _in_order(people: People, user: User, asked: dict[str, str], now: datetime) -> People:
    order = asked.get("sort") or "name"
    key, turned = order.removeprefix("-"), order.startswith("-")
    if key == "name":
        if asked.get("q") and not turned:
            return people.order_by(F("near").asc(), *BY_NAME)  # set by matching()
        return people.order_by(*(f"-{name}" if turned else name for name in BY_NAME))
    _, by, greatest = ORDERS.get(key, ("", None, False))
    added = {column.key: column.order for column in list_columns.COLUMNS}
    ordered = people.alias(sorted_by=by(people, user, timezone.localdate(now)) if by else added[key](now))
    last = {"nulls_last": True}
    first = F("sorted_by").desc(**last) if greatest != turned else F("sorted_by").asc(**last)
    return ordered.order_by(first, *(["-pk"] if key == "joined" and not turned else BY_NAME))


def _where(people: People, value: str, today: date) -> People:
    places = {"custody": people.in_custody, "community": people.in_community}
    return places[value]() if value in places else people.left(today)


_NARROW: dict[str, Callable[[People, str, date], People]] = {
    "area": lambda people, value, today: people.filter(delivery_unit=int(value)),
    "risk": lambda people, value, today: people.filter(risk_band=RiskBand(value)),
    "where": _where,
    "release": lambda people, value, today: people.filter(
        pk__in=Sentence.objects.releases_between(today, today + timedelta(days=int(value))).values("participant")
    ),
    "tag": lambda people, value, today: people.filter(cohort_tags__contains=[value]),
}

"""Add one person by hand, and find who may be the same person already.

Whoever adds a person may not see everyone there is. A match whom they see is shown to them; of any other they learn
only that the team that holds it has been asked, and that team is told who asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from psycopg2.errorcodes import UNIQUE_VIOLATION

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as
from common.saving import save_or_refuse
from people import services
from people.access import unallocated
from people.messaging import message_queue
from people.models import DeliveryUnit, Participant, Prison, User
from people.models.participants import ids_called
from people.models.searching import read_search
from people.record import custody, sentencing
from people.record.custody import WhichPrison

ASKED = "The team that holds a possible match has been asked"
SHOWN = 5
MOST_NAMES = 4  # words of a name that are looked for


class NoArea(RuleBroken):
    pass


class NotYourTeam(RuleBroken):
    pass


class AlreadyHere(RuleBroken):
    pass


@dataclass(frozen=True)
class Matches:
    """Who may be the person already: `same` have a number of theirs, `alike` a similar name and the same birth date."""

    same: Sequence[Participant] = ()
    alike: Sequence[Participant] = ()
    unseen_same: set[int] = field(default_factory=set)
    unseen_alike: set[int] = field(default_factory=set)

    @property
    def unseen(self) -> set[int]:
        return self.unseen_same | self.unseen_alike

    @property
    def seen(self) -> list[Participant]:
        return [*self.same, *self.alike]

    def __bool__(self) -> bool:
        return bool(self.same or self.alike or self.unseen)


def find_matches(
    *, by: User, given_name: str = "", family_name: str = "", born: date | None = None, crn: str = "",
    prison_number: str = "",
) -> Matches:  # fmt: skip
    """Look for the person by their numbers, and by name and birth date. Day and month may be swapped."""
    with acting_as(SYSTEM):  # they may be on a record that whoever asks does not see
        same = _by_number(crn=crn, prison_number=prison_number)
        alike = _alike(given_name, family_name, born) - same
    people = Participant.objects.filter(pk__in=same | alike).visible_to(by).select_related("delivery_unit")
    seen = {person.pk: person for person in people.order_by("family_name", "given_name", "pk")}
    return Matches(
        [person for pk, person in seen.items() if pk in same],
        [person for pk, person in seen.items() if pk in alike][:SHOWN],
        same - seen.keys(),
        alike - seen.keys(),
    )


def _by_number(**numbers: str) -> set[int]:
    asked = Q()
    for name, number in numbers.items():
        if number:
            asked |= Q(**{name: number})
    return _resolved(Participant.objects.filter(asked)) if asked else set()


def _alike(given: str, family: str, born: date | None) -> set[int]:
    """Those born that day, or with day and month swapped, who have one of these names or one spelt like it."""
    if born is None:
        return set()
    births = {born}
    if born.day <= 12:
        births.add(date(born.year, born.day, born.month))
    born_then = Participant.objects.filter(date_of_birth__in=births)
    named = {pk for name in read_search(f"{given} {family}").names[:MOST_NAMES] for pk in ids_called([name])}
    return _resolved(born_then.filter(Q(pk__in=named) | Q(absorbed__in=named))) if named else set()


def _resolved(people: Any) -> set[int]:
    """The ids of those records; of one that was merged, that of the record that stayed."""
    return {into or pk for pk, into in people.values_list("pk", "merged_into")}


def ask_who_holds(matches: Matches, *, by: User, now: datetime) -> None:
    """Tell whoever answers for the matches that `by` may not see. They ring `by`, who is not told whose they are."""
    message_queue.tell_who_holds(sorted(matches.unseen), by=by, tried="wanted to add", now=now)


@transaction.atomic
def add_person(
    *, given_name: str, family_name: str, date_of_birth: date, crn: str, risk_band: str, by: User, today: date,
    now: datetime, practitioner: User | None = None, delivery_unit: DeliveryUnit | None = None,
    prison_number: str = "", phone: str = "", prison: Prison | None = None, sentence: dict[str, Any] | None = None,
) -> Participant:  # fmt: skip
    """Make the record, with its first sentence, and give it to whoever leads the case.

    Without a practitioner it stands among those whom nobody leads, for the managers of the area. AlreadyHere where
    someone has one of the numbers.
    """
    teams = services.teams_of(practitioner) if practitioner else []
    if practitioner and practitioner.pk != by.pk and not {team.pk for team in teams} & set(by.team_ids):
        raise NotYourTeam(f"{practitioner.name} is not in a team of yours. Choose someone of your team.")
    unit = delivery_unit or next((team.delivery_unit for team in teams if team.delivery_unit), None)
    if unit is None:
        raise NoArea("Choose the area: no team says which it is.")
    person = Participant(
        given_name=given_name, family_name=family_name, date_of_birth=date_of_birth, crn=crn, risk_band=risk_band,
        delivery_unit=unit, prison_number=prison_number, phone=phone, joined_on=today,
    )  # fmt: skip
    with acting_as(SYSTEM):  # nobody sees the record before it is given to someone
        _save_new(person, by=by)
        ordered = sentencing.add_sentence(participant=person, by=by, **sentence) if sentence else None
        if prison is None and custody.is_inside_by(ordered, today):
            raise WhichPrison("Choose the prison they are in. If they were released, enter the day of release.")
        custody.begin(participant=person, sentence=ordered, prison=prison, by=by, today=today, now=now)
        if practitioner:
            services.assign(participant=person, practitioner=practitioner, by=by, today=today, now=now)
        else:
            unallocated.share_with_managers(now=now, people=[person.pk])
    return person


def _save_new(person: Participant, *, by: User) -> None:
    try:
        save_or_refuse(person, by=by)
    except RuleBroken as refusal:
        broken = getattr(refusal.__cause__, "__cause__", None)
        if getattr(broken, "pgcode", "") == UNIQUE_VIOLATION:
            raise AlreadyHere(ASKED) from refusal
        raise

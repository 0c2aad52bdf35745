"""What the database knows that a caseload file speaks of: areas, prisons, practitioners, people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q

from people.imports.lines import Line
from people.models import (
    Assignment,
    DeliveryUnit,
    Membership,
    Participant,
    Prison,
    Requirement,
    Role,
    Sentence,
    Team,
    User,
)

AT_ONCE = 5000  # CRNs asked for in one query
IN_COMMUNITY = {"community", "in the community", "released", "none", "n/a", "-"}


@dataclass
class Lead:
    """Someone who can lead a case, and the teams they work in."""

    user: User
    teams: list[Team]

    @property
    def unit(self) -> DeliveryUnit | None:
        return next((team.delivery_unit for team in self.teams if team.delivery_unit), None)


_ALIKE = """
    select l.line, min(coalesce(p.merged_into_id, p.id))
      from unnest(%s::integer[], %s::date[], %s::text[], %s::text[]) l(line, born, given, family)
      join people_participant p on p.date_of_birth = l.born
     where people_folded(p.given_name || ' ' || p.family_name)
           in (people_folded(l.given || ' ' || l.family), people_folded(l.family || ' ' || l.given))
     group by 1
"""


class Known:
    def __init__(self, lines: Iterable[Line], *, by: User, today: date, lock: bool = False) -> None:
        lines = list(lines)
        self.today = today
        self.units = _named(DeliveryUnit.objects.all(), _unit_name)
        self.prisons = _named(Prison.objects.all(), _prison_name)
        self.leads = self._find_leads(
            {line.values["practitioner"] for line in lines if line.values.get("practitioner")}
        )
        self.people = self._find_people([line.crn for line in lines if line.values.get("crn")], lock)
        numbers = [line.values["prison_number"] for line in lines if line.values.get("prison_number")]
        self.numbers = dict(Participant.objects.filter(prison_number__in=numbers).values_list("prison_number", "crn"))
        self.unseen = {} if by.is_service else self._find_unseen(by)

    def alike(self, lines: list[Line]) -> dict[int, int]:
        """Of each line that has the name and birth date of someone on record, whose: line numbers and ids."""
        asked = [line for line in lines if line.values.get("family_name") and line.values.get("date_of_birth")]
        with connection.cursor() as cursor:
            cursor.execute(_ALIKE, [
                [line.number for line in asked],
                [line.values["date_of_birth"] for line in asked],
                [line.values.get("given_name") or "" for line in asked],
                [line.values["family_name"] for line in asked],
            ])  # fmt: skip
            return dict(cursor.fetchall())

    def unit(self, text: str) -> list[DeliveryUnit]:
        """Those it may mean: none, one, or several."""
        return self.units.get(_plain(text)) or self.units.get(_unit_name(text)) or []

    def prison(self, text: str) -> list[Prison]:
        """Those it may mean. One that is in use is meant before one that is closed."""
        found = self.prisons.get(_plain(text)) or self.prisons.get(_prison_name(text)) or []
        return [prison for prison in found if prison.active] or found

    def _find_unseen(self, by: User) -> dict[str, int]:
        """Those of them, by CRN, whose record whoever sends the file may not change."""
        named = Participant.objects.filter(crn__in=self.numbers.values()).values_list("crn", "pk")
        there = {crn: person.pk for crn, person in self.people.items()} | dict(named)
        theirs = set(Participant.objects.changeable_by(by).filter(pk__in=there.values()).values_list("pk", flat=True))
        return {crn: pk for crn, pk in there.items() if pk not in theirs}

    def _find_leads(self, named: set[str]) -> dict[str, Lead]:
        """Practitioners by their e-mail address, and by a name that is nobody else's among them."""
        memberships = Membership.objects.current(self.today).filter(
            Q(user__email__in=named) | Q(user__name__in=named), user__is_active=True,
            role__in=[Role.PRACTITIONER, Role.MANAGER],
        )  # fmt: skip
        leads: dict[str, Lead] = {}
        for row in memberships.select_related("user", "team__delivery_unit"):
            if row.team:
                teams = leads.setdefault(str(row.user.email), Lead(row.user, [])).teams
                if row.team not in teams:  # someone may hold two roles in one team
                    teams.append(row.team)
        called = Counter(lead.user.name for lead in leads.values())
        return leads | {lead.user.name: lead for lead in leads.values() if called[lead.user.name] == 1}

    def _find_people(self, crns: list[str], lock: bool) -> dict[str, Participant]:
        found: dict[str, Participant] = {}
        for first in range(0, len(crns), AT_ONCE):
            batch = (
                Participant.objects.filter(crn__in=crns[first : first + AT_ONCE])
                .select_related("user")
                .prefetch_related(
                    Prefetch("sentences", Sentence.objects.order_by("starts_on")),
                    Prefetch("sentences__requirements", Requirement.objects.order_by("pk")),
                    Prefetch("assignments", Assignment.objects.current(self.today), to_attr="current_assignments"),
                )
            )
            found |= {person.crn: person for person in (batch.select_for_update(of=("self",)) if lock else batch)}
        return found


def _named(rows: Iterable[Any], naming: Callable[[str], str]) -> dict[str, list[Any]]:
    """By code, by name, and by name as people write it, which may be of several."""
    listed = list(rows)
    found: dict[str, list[Any]] = {}
    for row in listed:
        found.setdefault(naming(row.name), []).append(row)
    return found | {_plain(row.name): [row] for row in listed} | {_plain(row.code): [row] for row in listed}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _unit_name(text: str) -> str:
    """ "East Kent PDU" is "East Kent", and "&" is "and"."""
    words = re.sub(r"\b(?:pdu|probation delivery unit|delivery unit)\b", " ", text.lower().replace("&", " and "))
    return " ".join(re.sub(r"[,()]", " ", words).split())


def _prison_name(text: str) -> str:
    """ "Preston (HMP)", "HMP Preston", "H.M. Prison Preston" and "Preston" are one."""
    words = re.sub(r"\(.*?\)", " ", text.lower().replace(".", ""))
    words = re.sub(r"\b(?:hm ?yoi|hm ?p|hm prison|yoi|young offender institution)\b|[&/]", " ", words)
    return " ".join(words.split())

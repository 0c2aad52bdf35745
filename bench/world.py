"""One of each role in a grown caseload, and the address of every page of the access table (tests/*/page_access.py).

The addresses lead to rows that the tests' own helpers make, once for a database. They are written down beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

import localservices
from common.postgres.actor import as_service
from people import services
from people.models import AccessGrant, Level, Membership, Participant, Role, Team, User

ACCESS: Any = import_module("tests.test_access")
TABLES: dict[str, Any] = {floor: import_module(f"tests.{floor}.page_access") for floor in ACCESS.FLOORS}
# What each role of the benchmark is called in the access table.
COLUMNS = {
    "practitioner": "PRACTITIONER", "manager": "MANAGER", "reader": "MANAGER", "participant": "PARTICIPANT",
    "commissioner": "COMMISSIONER", "officer": "DATA_PROTECTION", "administrator": "ADMINISTRATOR",
}  # fmt: skip
NOT_MEASURED = {
    "healthz",  # it answers 503 where no beat runs
    "account_reauthenticate",  # it asks for a password, which a grown account has not
    "account_change_password",  # the same
    "common:gallery",  # drawn for whoever builds pages
}
# Pages whose row is another account's, so that this role is shown none.
NOT_THEIRS = {
    "manager": {"people:programme-scheme"},
    "reader": {
        "merge-compare", "people:import-preview", "people:import-problems", "people:programme-scheme",
        "people:role-request",
    },
}  # fmt: skip


@dataclass
class World:
    users: dict[str, int]  # role: an account's id
    addresses: dict[str, str]  # page: its path
    family_name: str  # of the person whom they lead

    def pages_of(self, role: str) -> dict[str, str]:
        """The pages that this role opens, with their paths."""
        rows = {name: row for table in TABLES.values() for name, row in table.ROWS.items()}
        return {
            name: path
            for name, path in self.addresses.items()
            if ACCESS.expected(rows[name], COLUMNS[role]) == 200
            and name not in NOT_MEASURED | NOT_THEIRS.get(role, set())
        }


def the_world() -> World:
    """The accounts and addresses, made if they are not there."""
    place = localservices.folder() / "world.json"
    if not place.exists():
        place.write_text(json.dumps(vars(_made())))
    return World(**json.loads(place.read_text()))


@as_service()
def _made() -> World:
    people = _people()
    addresses: dict[str, str] = {}
    TABLES["budgets"].kwargs = _answer_of(TABLES["budgets"], people)  # casework asks it again
    for table in TABLES.values():
        known = table.kwargs(people)
        addresses |= {name: reverse(name, kwargs=known.get(name)) for name in table.ROWS}
    users = {
        "practitioner": people.officer, "manager": people.manager, "reader": _reader(people.participant),
        "participant": people.participant.user, "commissioner": people.commissioner,
        "officer": people.data_protection, "administrator": people.administrator,
    }  # fmt: skip
    return World({role: user.pk for role, user in users.items()}, addresses, people.participant.family_name)


def _answer_of(table: Any, people: SimpleNamespace) -> Callable[[Any], Any]:
    known = table.kwargs(people)
    return lambda _: known


def _people() -> SimpleNamespace:
    """A practitioner and manager of 500, someone whom they lead, and one of every other role."""
    lead = Membership.objects.filter(role=Role.PRACTITIONER, user__email__endswith="@grown.example").latest("pk")
    manager = Membership.objects.filter(role=Role.MANAGER, team=lead.team).earliest("pk")
    stranger = Membership.objects.filter(role=Role.PRACTITIONER, user__email__endswith="@grown.example")
    theirs = Participant.objects.filter(assignments__practitioner=lead.user, user__isnull=False, left_on=None)
    today = timezone.localdate()
    first, second = theirs.filter(joined_on__lt=today - timedelta(days=400), prison=None).order_by("pk")[:2]
    return SimpleNamespace(
        participant=first,
        other_participant=second,
        officer=lead.user,
        other_officer=stranger.exclude(team=lead.team).latest("pk").user,
        manager=manager.user,
        volunteer=_account("Vera Volunteer", Role.VOLUNTEER),
        commissioner=_grown(Role.COMMISSIONER),
        administrator=_grown(Role.ADMINISTRATOR),
        data_protection=_grown(Role.DATA_PROTECTION),
        provider=_account("Pia Provider", Role.PROVIDER),
        scheme=_account("Sal Scheme", Role.SCHEME, Team.objects.create(name="Invented scheme", kind="SCHEME")),
    )


def _grown(role: str) -> User:
    return Membership.objects.filter(role=role, user__email__endswith="@grown.example").latest("pk").user


def _account(name: str, role: Role, team: Team | None = None) -> User:
    user = User.objects.create_user(email=f"{name.lower().replace(' ', '.')}@bench.example", name=name)
    services.join(user=user, role=role, team=team, by=User.objects.service(), today=timezone.localdate())
    return user


def _reader(person: Participant) -> User:
    """A manager of the widest team, which sees this person too."""
    widest = AccessGrant.objects.exclude(team=None).values("team").annotate(many=Count("pk")).latest("many")["team"]
    AccessGrant.objects.create(
        participant=person, team_id=widest, level=Level.FULL, why=AccessGrant.Why.TEAM, starts_at=timezone.now()
    )
    return Membership.objects.filter(role=Role.MANAGER, team=widest).earliest("pk").user

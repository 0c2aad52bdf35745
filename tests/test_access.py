"""Every page, every role, one table. A page that is not in the table fails here until it is listed."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

FLOORS = ["casework", "people", "lifeplans", "engagement", "providers", "budgets", "commissioning"]
TABLES = [import_module(f"tests.{floor}.page_access") for floor in FLOORS]
TABLE = {name: row for table in TABLES for name, row in table.ROWS.items()}
ROLES = [
    "PRACTITIONER",
    "OTHER_PRACTITIONER",
    "MANAGER",
    "PARTICIPANT",
    "OTHER_PARTICIPANT",
    "VOLUNTEER",
    "COMMISSIONER",
    "ADMINISTRATOR",
    None,
]
OFFICER, PANEL, FUNDER, FINANCE, PROVIDER, SCHEME = (
    "DATA_PROTECTION",
    "PANEL",
    "FUNDER",
    "FINANCE",
    "PROVIDER",
    "SCHEME",
)  # a row names their answer only where it is not what follows


def expected(row: dict[str | None, int], role: str | None) -> int:
    """What the table says. Where it is silent, a provider's or scheme's staff get what a volunteer gets; the
    finance officer what a commissioner gets; a panel's member and a funder's what those two get alike, and the
    data-protection officer what everyone else signed in gets alike, or a refusal."""
    if role in (PROVIDER, SCHEME):
        return row.get(role, row["VOLUNTEER"])
    if role == FINANCE:
        return row.get(role, row["COMMISSIONER"])
    if role in (PANEL, FUNDER) and role not in row:
        return row["COMMISSIONER"] if row["COMMISSIONER"] == row["VOLUNTEER"] else 403
    if role != OFFICER or role in row:
        return row[role]
    row = {other: answer for other, answer in row.items() if other in ROLES}
    others = {answer for other, answer in row.items() if other is not None}
    return others.pop() if len(others) == 1 else 403


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    """The name of every page there is, with its namespace."""
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
    return found


def test_the_table_lists_every_page():
    assert names(get_resolver()) == set(TABLE)


def test_every_row_answers_for_every_role():
    assert {
        name
        for name, row in TABLE.items()
        if set(row) - {OFFICER, PANEL, FUNDER, FINANCE, PROVIDER, SCHEME} != set(ROLES)
    } == set()


@pytest.fixture
def world(
    participant,
    other_participant,
    officer,
    other_officer,
    manager,
    volunteer,
    commissioner,
    administrator,
    circle_of_one,
    make_user,
):
    from people.models import Team

    return SimpleNamespace(
        participant=participant,
        other_participant=other_participant,
        officer=officer,
        other_officer=other_officer,
        manager=manager,
        volunteer=volunteer,
        commissioner=commissioner,
        administrator=administrator,
        data_protection=make_user("Dilys Protector", "DATA_PROTECTION"),
        finance=make_user("Fay Finance", "FINANCE"),
        panel=make_user("Pat Panel", "PANEL"),
        funder=make_user("Fi Funder", "FUNDER"),
        provider=make_user("Pia Provider", "PROVIDER"),
        scheme=make_user("Sal Scheme", "SCHEME", Team.objects.create(name="Access scheme", kind="SCHEME")),
    )


@pytest.fixture
def circle_of_one(participant, volunteer):
    """The volunteer is in the circle, and nothing is shared yet."""
    from people import services
    from tests.conftest import NOW, TODAY, service_account

    return services.add_to_circle(
        participant=participant, user=volunteer, relationship="VOLUNTEER", today=TODAY, now=NOW, by=service_account()
    )


CALLERS = {
    "PRACTITIONER": lambda world: world.officer,
    "OTHER_PRACTITIONER": lambda world: world.other_officer,
    "MANAGER": lambda world: world.manager,
    "PARTICIPANT": lambda world: world.participant.user,
    "OTHER_PARTICIPANT": lambda world: world.other_participant.user,
    "VOLUNTEER": lambda world: world.volunteer,
    "COMMISSIONER": lambda world: world.commissioner,
    "ADMINISTRATOR": lambda world: world.administrator,
    OFFICER: lambda world: world.data_protection,
    FINANCE: lambda world: world.finance,
    PANEL: lambda world: world.panel,
    FUNDER: lambda world: world.funder,
    PROVIDER: lambda world: world.provider,
    SCHEME: lambda world: world.scheme,
    None: lambda world: None,
}


@pytest.mark.parametrize("role", CALLERS, ids=str)
@pytest.mark.parametrize("floor", FLOORS)
def test_each_role_opens_what_the_table_says(floor, role, world, client_as, settings):
    settings.DEMO = True
    table = import_module(f"tests.{floor}.page_access")
    addresses = table.kwargs(world)
    client = client_as(CALLERS[role](world))

    wrong = [
        (name, found, expected(row, role))
        for name, row in table.ROWS.items()
        if (found := client.get(reverse(name, kwargs=addresses.get(name))).status_code) != expected(row, role)
    ]

    assert wrong == []

"""Every look is sealed by day; whoever touches one, even as the owner of the database, is found out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from people.models import Look, LookSeal
from people.rights import seals
from tests.conftest import NOW, TODAY
from tests.people.rights.conftest import role


@pytest.fixture
def sealed(participant, officer):
    for day in (3, 3, 1):
        Look.objects.create(
            at=NOW - timedelta(days=day), user=officer, roles="PRACTITIONER", kind="PERSON", page="x",
            participants=[participant.pk], request_id="a", why="ASSIGNED",
        )  # fmt: skip
    seals.seal(today=TODAY, now=NOW)


def by_hand(statement: str) -> None:
    """What someone with the owner's password could do."""
    with role("none"), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table people_look disable trigger user")
        cursor.execute("alter table people_lookseal disable trigger user")
        cursor.execute(statement)


def test_each_day_before_today_is_sealed_once_quiet_days_too(sealed):
    again = seals.seal(today=TODAY, now=NOW)

    assert again == 0
    assert list(LookSeal.objects.order_by("day").values_list("day", "looks")) == [
        (TODAY - timedelta(days=3), 2), (TODAY - timedelta(days=2), 0), (TODAY - timedelta(days=1), 1),
    ]  # fmt: skip
    assert seals.check(now=NOW) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update people_look set participants = '{7}' where id = (select min(id) from people_look)",
        "update people_look set why = 'TEAM' where id = (select min(id) from people_look)",
        "update people_look set at = at + interval '1 second' where id = (select min(id) from people_look)",
        "update people_look set user_id = null where id = (select min(id) from people_look)",
        "delete from people_look where id = (select min(id) from people_look)",
        "insert into people_look (at, roles, kind, page, participants, request_id, why, target)"
        " select at, roles, kind, page, participants, request_id, why, target from people_look limit 1",
        "delete from people_lookseal where day = (select min(day) + 1 from people_lookseal)",
        "update people_lookseal set looks = 9 where day = (select min(day) from people_lookseal)",
    ],
)
def test_what_is_changed_behind_the_triggers_is_found(sealed, statement):
    by_hand(statement)

    with pytest.raises(CommandError, match="2026"):
        call_command("verify_audit")


def test_the_first_day_that_differs_is_named(sealed):
    by_hand("delete from people_look where id = (select max(id) from people_look)")

    assert seals.check(now=NOW) == ["31 May 2026 is not as it was sealed: 1 looks were sealed, 0 are there."]


def test_health_tells_of_an_audit_that_was_touched(sealed, client):
    by_hand("delete from people_look")
    seals.check(now=NOW)

    assert client.get("/healthz").json()["audit"]["ok"] is False


@pytest.mark.parametrize("statement", ["update people_lookseal set looks = 0", "delete from people_lookseal"])
def test_the_service_itself_cannot_change_a_seal(sealed, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

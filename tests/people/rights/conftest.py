"""What the tests of these rights share: an officer, and the database's other roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone


@contextmanager
def role(name: str) -> Iterator[None]:
    """Act as another role of the database inside the block ("none" is the owner), then as the service again."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {name}")
        yield
        cursor.execute("set local role rehab_service")


@pytest.fixture
def agreed(dpo, administrator):
    """What an address of a file ends with once a second person has agreed to it."""
    from people.rights import exports

    def make(what: str = "AUDIT", **which) -> str:
        now = timezone.now()
        asked = exports.ask(what=what, why="The person asked.", by=dpo, now=now, **which)
        exports.agree(request=asked, by=administrator, now=now)
        return f"?export={asked.pk}"

    return make


@pytest.fixture
def dpo(make_user):
    return make_user("Dilys Protector", "DATA_PROTECTION")

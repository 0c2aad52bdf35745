"""What the tests of these rights share: an officer, and the database's other roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection


@contextmanager
def role(name: str) -> Iterator[None]:
    """Act as another role of the database inside the block ("none" is the owner), then as the service again."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {name}")
        yield
        cursor.execute("set local role rehab_service")


@pytest.fixture
def dpo(make_user):
    return make_user("Dilys Protector", "DATA_PROTECTION")

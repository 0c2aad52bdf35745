"""Who is acting, carried to the database at the start of every outer transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

SYSTEM = "system"  # the service itself: ticks, imports, reports of sums, and what comes before anyone is known
_actor: ContextVar[str] = ContextVar("actor", default="")


def current() -> str:
    """The acting user's id as text, or "" when nobody is acting."""
    return _actor.get()


@contextmanager
def acting_as(user_id: int | str | None) -> Iterator[None]:
    """Act as this user inside the block, also within a transaction that is already open."""
    token = _actor.set(str(user_id or ""))
    tell_database()
    try:
        yield
    finally:
        _actor.reset(token)
        tell_database()


def tell_database() -> None:
    """Say who acts to a transaction that is open already; a new one is told by the backend."""
    if connection.in_atomic_block and connection.connection is not None and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('app.user_id', %s, true)", [current()])

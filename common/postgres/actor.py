"""Who is acting, carried to the database at the start of every outer transaction.

A person acts under their own login's role, and row-level security shows them what `people.AccessGrant` says. The
service itself (SYSTEM) puts on the role rehab_service for the length of a transaction, whose policies let it work on
everyone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

SYSTEM = "system"  # the service itself: ticks, imports, reports of sums, and what comes before anyone is known
NOBODY = ""
SAY_USER = (
    "set local role to default; select set_config('app.user_id', %s, true), set_config('app.role_id', %s, true),"
    " set_config('app.turn', %s, true)"
)
SAY_SYSTEM = "select set_config('role', 'rehab_service', true), set_config('app.user_id', '', true)"
_actor: ContextVar[str] = ContextVar("actor", default=NOBODY)
_turns = count()  # what the database worked out for one turn (app_sees) it works out again for the next


def current() -> str:
    """Who acts, as text: a user's id, with the role they act as behind a stroke ("17/42"); SYSTEM; or "", nobody."""
    return _actor.get()


@contextmanager
def acting_as(actor: int | str | None, role: int | None = None) -> Iterator[None]:
    """Act as this user (their id), or as SYSTEM, inside the block, also within a transaction that is already open.

    With a role (a membership's id) the user's other roles do not count; without one all that they hold do.
    """
    told = f"{actor or NOBODY}/{role}" if role else str(actor or NOBODY)
    if told == current():  # the database knows already
        yield
        return
    token = _actor.set(told)
    try:
        _tell_open_transaction()
        yield
    finally:
        _actor.reset(token)
        _tell_open_transaction()


def statement() -> tuple[str, list[str]]:
    """What tells the database who acts, until the transaction ends."""
    user, _, role = current().partition("/")
    return (SAY_SYSTEM, []) if user == SYSTEM else (SAY_USER, [user, role, f"{os.getpid()}.{next(_turns)}"])


def _tell_open_transaction() -> None:
    """A new transaction is told by the backend; one that has failed is left alone, for it can only be rolled back."""
    raw = connection.connection
    if not connection.in_atomic_block or connection.needs_rollback or raw is None:
        return
    if raw.info.transaction_status != TRANSACTION_STATUS_INERROR:
        with connection.cursor() as cursor:
            cursor.execute(*statement())

"""Who acts. The backend tells the database at the start of every outer transaction.

A user acts under the login's role, and row-level security shows them what their access grants allow. The service itself
(SYSTEM) takes on the role rehab_service for one transaction, whose policies let it work on everyone. Both are said in
signed words, which the database takes once (turns.py), so that a role or a setting alone opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.db import connection, transaction
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from common.postgres import turns

SYSTEM = "system"  # the service itself: scheduled tasks, imports, reports of sums, and what happens before sign-in
NOBODY = ""
# A list and `visible_to`, which leads to its rows, are planned together: eight tables are too few for both.
TOGETHER = "set local from_collapse_limit to 11; set local join_collapse_limit to 11"
SAY_USER = f"set local role to default; set local search_path to default; {TOGETHER}; select app_begin(%s, %s)"
# The service reads tables, and not the views of some of their columns (columns.py).
SAY_SYSTEM = f"set local role rehab_service; set local search_path to public; {TOGETHER}; select app_begin(%s, %s)"
_actor: ContextVar[str] = ContextVar("actor", default=NOBODY)


def current() -> str:
    """Return who acts: a user's id, with their role's id behind a stroke ("17/42"); SYSTEM; or "" for nobody."""
    return _actor.get()


@contextmanager
def acting_as(actor: int | str | None, role: int | None = None) -> Iterator[None]:
    """Act as this user (an id) or as SYSTEM inside the block, also within an open transaction.

    `role` is a membership's id: the user's other roles do not count. Without it all of them do.
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


@contextmanager
def as_service() -> Iterator[None]:
    """Act as SYSTEM in the open transaction, or in one of its own. Also a decorator: `@as_service()`."""
    with acting_as(SYSTEM), nullcontext() if connection.in_atomic_block else transaction.atomic():
        yield


def statement() -> tuple[str, tuple[str, str]]:
    """Return the SQL that tells the database who acts until the transaction ends."""
    user, _, role = current().partition("/")
    if user == SYSTEM:
        return SAY_SYSTEM, turns.signed(user="", role="", service=True)
    return SAY_USER, turns.signed(user=user, role=role, service=False)


def _tell_open_transaction() -> None:
    """Tell an open transaction. The backend tells new ones, and a failed one can only be rolled back."""
    raw = connection.connection
    if not connection.in_atomic_block or connection.needs_rollback or raw is None:
        return
    if raw.info.transaction_status != TRANSACTION_STATUS_INERROR:
        with connection.cursor() as cursor:
            cursor.execute(*statement())

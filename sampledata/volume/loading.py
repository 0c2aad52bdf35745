"""Filling big tables fast: foreign keys and indexes are put aside and made again afterwards. Only the owner may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

KEYS = """
    select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
           format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where contype = 'f' and conrelid = %s::regclass order by conname
"""
INDEXES = """
    select format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index where indrelid = %s::regclass and not exists (select from pg_constraint where conindid = indexrelid)
    order by indexrelid
"""


@contextmanager
def fast(*tables: str) -> Iterator[None]:
    """Inside this block these tables take rows without looking anything up."""
    aside = [row for table in tables for row in _parts(table)]
    _run(drop for drop, _ in aside)
    yield
    _run(make for _, make in aside)


def _parts(table: str) -> list[tuple[str, str]]:
    """How each part is dropped and made; indexes come back before the keys that are checked by reading."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [table])
        indexes = cursor.fetchall()
        cursor.execute(KEYS, [table])
        return [*indexes, *cursor.fetchall()]


def _run(statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def analyse(tables: list[str]) -> None:
    """Only an owner may; where another role grew the rows, autovacuum will come to it."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "select pg_has_role(current_user, relowner, 'member') from pg_class where oid = %s::regclass", [table]
            )
            if cursor.fetchone()[0]:
                cursor.execute(f"analyze {table}")

"""Pieces of SQL: chance, choice, and an insert that fills in what a model gives by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zlib import crc32

from django.db import connection
from django.db.models import Field, GeneratedField, Model


@dataclass
class Ground:
    """What this growth is: how much, from which seed, on which day, and what was there before it."""

    people: int
    contacts: int
    seed: int
    today: date
    now: datetime
    after: dict[str, int] = field(default_factory=dict)  # the last id of a table before it grew

    def __post_init__(self) -> None:
        self.practitioners = max(1, round(self.people / 50))
        # One team is wide: it leads 8 people in 100, which are 20,000 of 250,000. The others have ten practitioners.
        self.wide = round(self.practitioners * 0.08) if self.practitioners >= 25 else 0
        self.teams = bool(self.wide) + max(1, round((self.practitioners - self.wide) / 10))
        self.units = max(1, round(self.teams / 5))

    def roll(self, what: str, salt: str, faces: int) -> str:
        """SQL for a whole number from 0 to faces - 1 that follows from `what` (a bigint), the salt and the seed."""
        mixed = crc32(f"{salt}:{self.seed}".encode())
        return f"((hashint8extended(({what})::bigint, {mixed}) & 9223372036854775807) % {faces})::int"

    def pick(self, what: str, salt: str, words: Sequence[str]) -> str:
        """SQL for one of these words, each as often as it stands in the list."""
        listed = ", ".join(quoted(word) for word in words)
        return f"((array[{listed}])[1 + {self.roll(what, salt, len(words))}])"

    @property
    def moment(self) -> str:
        return quoted(self.now.isoformat()) + "::timestamptz"

    @property
    def day(self) -> str:
        return quoted(self.today.isoformat()) + "::date"

    def new(self, table: str, id: str = "id") -> str:
        """SQL for "this row of that table grew now"."""
        return f"{id} > {self.after[table]}"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def insert(ground: Ground, model: type[Model], columns: dict[str, str], source: str) -> int:
    """Insert one row of the model for each row of `source`; what is not named gets the model's own default."""
    table = model._meta.db_table
    ground.after.setdefault(table, last_id(table))
    values: list[Any] = []
    named = {name: value.replace("%", "%%") for name, value in columns.items()}
    fields: list[Any] = list(model._meta.concrete_fields)
    for given in fields:
        if _needs_a_default(given) and given.column not in named:
            named[given.column] = f"%s::{given.db_type(connection)}"
            values.append(given.get_db_prep_save(given.get_default(), connection))
    statement = (
        f"insert into {table} ({', '.join(named)}) select {', '.join(named.values())} {source.replace('%', '%%')}"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _needs_a_default(given: Field[Any, Any]) -> bool:
    return not (given.primary_key or given.null or isinstance(given, GeneratedField))


def last_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select coalesce(max(id), 0) from {table}")  # noqa: S608 - a table of ours
        return int(cursor.fetchone()[0])

"""Columns of the caseload, and ways to narrow it, that a higher floor knows about: it adds them here when it starts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from common.registry import Registry

if TYPE_CHECKING:
    from people.models import Participant


@dataclass(frozen=True)
class Cell:
    """One person's cell: a word, a moment, and a link to the page about it."""

    text: str
    at: datetime
    url: str = ""


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    order: Callable[[datetime], Any]  # the expression to sort by, for a person OuterRef("pk")
    cells: Callable[[Collection[Participant], datetime], dict[int, Cell]]  # of these people, in one query


@dataclass(frozen=True)
class Attention:
    """A reason to look at someone, by which the list can be narrowed."""

    key: str
    title: str
    narrow: Callable[[Any, date, datetime], Any]  # these people, today, now: those of them


@dataclass(frozen=True)
class Mark:
    """A tag beside a name: a few words, and a colour."""

    text: str
    colour: str


COLUMNS: Registry[Column] = Registry()
MARKS: Registry[Callable[[Collection[Participant], date], dict[int, Mark]]] = Registry()
ATTENTION: Registry[Attention] = Registry()


def marks_of(people: Collection[Participant], today: date) -> dict[int, list[Mark]]:
    """Return every added mark, by person."""
    found: dict[int, list[Mark]] = {person.pk: [] for person in people}
    for marks in MARKS:
        for pk, mark in marks(people, today).items():
            found[pk].append(mark)
    return found


def cells_of(people: Collection[Participant], now: datetime) -> dict[int, dict[str, Cell]]:
    """Return every added column's cells, by person."""
    found: dict[int, dict[str, Cell]] = {person.pk: {} for person in people}
    for column in COLUMNS:
        for pk, cell in column.cells(people, now).items():
            found[pk][column.key] = cell
    return found

"""Columns of the caseload that a higher floor knows about: it adds them here when it starts, and is never imported."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
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


COLUMNS: Registry[Column] = Registry()


def cells_of(people: Collection[Participant], now: datetime) -> dict[int, dict[str, Cell]]:
    """Return every added column's cells, by person."""
    found: dict[int, dict[str, Cell]] = {person.pk: {} for person in people}
    for column in COLUMNS:
        for pk, cell in column.cells(people, now).items():
            found[pk][column.key] = cell
    return found

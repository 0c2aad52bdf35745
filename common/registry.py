"""How a higher floor adds to a page of a lower one, which never names it.

The lower floor keeps a Registry and reads it as the page is drawn; the higher one adds to it in its `AppConfig.ready`.
Person tabs, list columns, work items, the data inventory and what follows a reallocation all work this way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries in the order in which they were added: the ground floor's first. Adding one twice changes nothing."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, *entries: Entry) -> None:
        self._entries += [entry for entry in entries if entry not in self._entries]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

"""A long file, read a part at a time after its page has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from django.db import transaction

from common.postgres import actor

Made = TypeVar("Made")


def in_parts(keys: Sequence[int], most: int, read: Callable[[Sequence[int]], Iterable[Made]]) -> Iterator[list[Made]]:
    """Return what `read` makes of so many keys at a time: as whoever acts now, each in a transaction of its own."""
    user, _, role = actor.current().partition("/")

    def parts() -> Iterator[list[Made]]:
        for at in range(0, len(keys), most):
            with actor.acting_as(user, int(role) if role else None), transaction.atomic():
                part = list(read(keys[at : at + most]))
            yield part

    return parts()

"""How much of an attack is made: all of it under `make attack` (ATTACK=full), else a sample, the same each time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

FULL = os.environ.get("ATTACK") == "full"
T = TypeVar("T")


def sample(things: Sequence[T], most: int, *, at: int = 0) -> list[T]:
    """So many of them, evenly spread and beginning further on for each `at`; all of them in full."""
    if FULL or len(things) <= most:
        return list(things)
    return [things[(at + n * len(things) // most) % len(things)] for n in range(most)]

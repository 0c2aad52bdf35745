"""Which figures are too small to show? Counts under five, and as many more as it takes that none can be worked out.

The rule of statistical offices for tables with a total: a hidden row alone is the total less the rest, so a second row
is hidden with it; and rows that are all small can still be read off a small sum, so that second row is a large one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

SMALLEST_SHOWN = 5
K = TypeVar("K")


def is_small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def hidden(counts: Mapping[K, int]) -> set[K]:
    """The rows of one table (a count of people each) that may not be shown when its total is."""
    small = {row for row, count in counts.items() if is_small(count)}
    if not small:
        return set()
    large = sorted((count, str(row), row) for row, count in counts.items() if count >= SMALLEST_SHOWN)
    return small | {row for _, _, row in large[:1]}


def hides_total(counts: Mapping[K, int], total: int) -> bool:
    """Whether the total must be hidden too: it is small itself, or no large row protects the small ones."""
    small = any(is_small(count) for count in counts.values())
    return is_small(total) or (small and not any(count >= SMALLEST_SHOWN for count in counts.values()))

"""Which sums may be published? Those that are nobody's, or at least five people's.

Rows (areas, purposes) that are too small are put together in one row, with as many large rows as it takes. Every table
is then a sum of rows that are safe on their own, so that nothing is found by taking one table from another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

SMALLEST_SHOWN = 5  # people
Pick = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Movement:
    """What one person's money did under one label in some days: changes, in pence."""

    person: int
    label: str
    allocated: int = 0
    committed: int = 0
    paid: int = 0


def about(count: int) -> int | None:
    """A count of people to the nearest five, or None where it is too small to show."""
    return SMALLEST_SHOWN * round(count / SMALLEST_SHOWN) if count >= SMALLEST_SHOWN else None


def enough(movements: Iterable[Movement]) -> bool:
    """Whether each sum of them, and each that follows from those, is nobody's or at least five people's."""
    changes: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for move in movements:
        allocated, committed, paid = changes[move.person]
        changes[move.person] = (allocated + move.allocated, committed + move.committed, paid + move.paid)
    figures = zip(*(_figures(*change) for change in changes.values()), strict=True)
    return not any(_is_small(sum(1 for pence in figure if pence)) for figure in figures)


def _is_small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def _figures(allocated: int, committed: int, paid: int) -> tuple[int, ...]:
    """The published sums, and what is worked out from them: taken from the fund, and left in the budgets."""
    taken = committed + paid
    return (allocated, committed, paid, taken, allocated - taken)


def split(movements: Iterable[Movement], pick: Pick) -> tuple[list[str], list[str]] | None:
    """The labels that can stand alone, and those to put together. None: not even all of them are enough.

    `pick` chooses a large label to put with the small ones. It must be by chance, so that nobody can tell which.
    """
    by_label: dict[str, list[Movement]] = defaultdict(list)
    for move in movements:
        by_label[move.label].append(move)
    alone = sorted(label for label, rows in by_label.items() if enough(rows))
    together = sorted(by_label.keys() - set(alone))
    while not enough(move for label in together for move in by_label[label]):
        if not alone:
            return None
        picked = pick(alone)
        alone.remove(picked)
        together.append(picked)
    return alone, together

"""A table of acts × states as tests write it: for each act, what comes of it in each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from common.errors import RuleBroken

SAME = "SAME"  # the act is done already: no refusal, and no change
Refused = tuple[type[RuleBroken], str]
Table = Mapping[str, Mapping[str, "str | Refused"]]


def cells(table: Table) -> pytest.MarkDecorator:
    """Parametrise a test over every cell: the act, the state it is tried in, and what should come of it."""
    return pytest.mark.parametrize(
        ("act", "state", "expected"),
        [
            pytest.param(act, state, expected, id=f"{act}-{state}")
            for act, row in table.items()
            for state, expected in row.items()
        ],
    )


def outcome_of(act: Callable[[], object], read: Callable[[], str], expected: str | Refused) -> str | Refused:
    """What came of the act, in the words of the table: the state it led to, or the refusal with its sentence."""
    before = read()
    try:
        act()
    except RuleBroken as refusal:
        assert read() == before, "A refused act changed the state."
        return type(refusal), str(refusal)
    return SAME if expected == SAME and read() == before else read()

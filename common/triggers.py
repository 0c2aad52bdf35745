"""Triggers that more than one floor's tables have."""

from __future__ import annotations

import pgtrigger


def only_added(name: str, *, but: list[str]) -> list[pgtrigger.Trigger]:
    """A trigger that forbids deletes, and updates of anything `but` the columns a merge moves."""
    return [
        pgtrigger.Protect(name=name, operation=pgtrigger.Delete),
        pgtrigger.Protect(name=f"{name}_as_is", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=but)),
    ]

"""Every page's address, for one person with a row of each kind: what the floors' access tables make, in one world."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from tests.budgets import page_access as money
from tests.test_access import FLOORS


def addresses_of(world: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    addresses = money.kwargs(world)  # another floor asks for it too
    monkeypatch.setattr(money, "kwargs", lambda world: addresses)
    found: dict[str, dict[str, Any]] = {}
    for floor in FLOORS:
        found |= import_module(f"tests.{floor}.page_access").kwargs(world)
    return found

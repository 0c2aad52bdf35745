"""A thread starts with nobody acting; this carries on whoever acts here."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any


def as_we_are(act: Callable[..., Any]) -> Callable[..., Any]:
    here = copy_context()
    return lambda *args, **kwargs: here.copy().run(act, *args, **kwargs)

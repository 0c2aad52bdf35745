"""Garbage collection in a web process."""

from __future__ import annotations

import gc

from django.db import connections
from django.urls import get_resolver

NEW_OBJECTS = 15_000  # before the young ones are looked through, which takes about a millisecond
PASSES = 5  # of the young ones, before those that outlived them are; fewer passes leave memory to what nobody uses


def settle() -> None:
    """Load every page's code, and let the collector pass over it from then on: looking through all of it stopped a page
    for up to a quarter of a second. Before the process forks, so that its children share that memory."""
    _ = get_resolver().url_patterns
    connections.close_all()  # no connection goes through a fork
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, PASSES, PASSES)

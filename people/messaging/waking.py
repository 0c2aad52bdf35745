"""Wake the worker once what was queued is committed: messages leave then, and not at the next minute's tick.

The rows say what is due. Where the broker is away, or a process dies before it calls, the tick finds them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection, transaction

from common.registry import Registry

log = logging.getLogger(__name__)
WAKERS: Registry[Callable[[], None]] = Registry()  # people/apps.py adds the task


def on_commit() -> None:
    """Call the worker when this transaction is committed; once, however many messages it queues."""
    if not any(call[1] is _wake for call in connection.run_on_commit):
        transaction.on_commit(_wake)


def _wake() -> None:
    for wake in WAKERS:
        try:
            wake()
        except Exception as problem:  # the tick sends what this did not
            log.warning("the worker could not be called: %s", type(problem).__name__)

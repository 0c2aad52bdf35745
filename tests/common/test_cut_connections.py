"""A connection that the server cuts between two acts is Django's error, and so a page that says to wait."""

from __future__ import annotations

import os
import signal
import time

import pytest
from django.db import OperationalError, connection, transaction

from common.failures import is_away
from common.postgres.actor import SYSTEM, acting_as


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_said_to_be_away():
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1")
    _end(pid)
    with acting_as(SYSTEM), pytest.raises(OperationalError) as cut, transaction.atomic():
        pass  # who acts is said first
    connection.close()
    assert is_away(cut.value)


def _end(pid: int) -> None:
    """What pg_terminate_backend does."""
    os.kill(pid, signal.SIGTERM)
    time.sleep(0.5)

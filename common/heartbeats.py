"""When each part last ran, and how it went, for the health page."""

from __future__ import annotations

from datetime import datetime, timedelta

from common.models import Heartbeat
from common.postgres.actor import SYSTEM, acting_as

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=1)  # before a part that failed is tried again


@acting_as(SYSTEM)
def beat(name: str, *, now: datetime, detail: str = "", ok: bool = True) -> None:
    """Note that the part called `name` ran to its end at `now`. `ok` is what it found."""
    done = {"beat_at": now, "detail": detail, "ok": ok, "failures": 0, "retry_at": None}
    Heartbeat.objects.update_or_create(name=name, defaults=done)


@acting_as(SYSTEM)
def failed(name: str, *, now: datetime, detail: str) -> Heartbeat:
    """Note that it broke off, and when it is tried again: two minutes on, then twice as long each time."""
    row, _ = Heartbeat.objects.select_for_update().get_or_create(name=name)
    row.retry_at = now + min(FIRST_WAIT * 2**row.failures, LONGEST_WAIT)
    row.failures, row.detail, row.ok = row.failures + 1, detail, False
    row.save()
    return row

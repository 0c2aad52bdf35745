"""Is the service well? JSON for machines, with nothing about any person in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis.exceptions import RedisError

from common.models import Heartbeat
from common.postgres.actor import SYSTEM, acting_as
from people.models import Message

STALE_BEAT = 180  # seconds: six missed pulses
STALE_OUTBOX = 600  # seconds: ten missed ticks


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    now = timezone.now()
    parts = {"database": _database(), "broker": _broker(), **_clockwork(now)}
    ok = all(part["ok"] for part in parts.values())
    response = JsonResponse({"ok": ok, **parts}, status=200 if ok else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # asked every few seconds: an answer, not an error
    return response


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        (too_strong,) = cursor.fetchone()
    return {"ok": not too_strong}


def _broker() -> dict[str, Any]:
    try:
        cache.set("healthz", 1, 5)
    except RedisError:
        return {"ok": False}
    return {"ok": True}


def _clockwork(now: datetime) -> dict[str, dict[str, Any]]:
    """Ages in seconds. A part that has never run yet is not well, but the checks may wait for their first night."""
    heartbeats = {
        heartbeat.name: heartbeat
        for heartbeat in Heartbeat.objects.filter(name__in=["beat", "verify_ledger", "verify_audit"])
    }
    beat = heartbeats.get("beat")
    beat_age = _age(now, beat.beat_at) if beat else None
    with acting_as(SYSTEM):  # an age, of everyone's messages
        oldest = Message.objects.due(now).aggregate(at=Min("not_before"))["at"]
    outbox_age = _age(now, oldest) if oldest else 0
    return {
        "beat": {"ok": beat_age is not None and beat_age < STALE_BEAT, "age": beat_age},
        "outbox": {"ok": outbox_age < STALE_OUTBOX, "oldest_due_age": outbox_age},
        "ledger": _verified(heartbeats.get("verify_ledger"), now),
        "audit": _verified(heartbeats.get("verify_audit"), now),
    }


def _verified(check: Heartbeat | None, now: datetime) -> dict[str, Any]:
    return {"ok": check is None or check.ok, "verified_age": _age(now, check.beat_at) if check else None}


def _age(now: datetime, then: datetime) -> int:
    return int((now - then).total_seconds())

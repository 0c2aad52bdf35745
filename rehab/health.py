"""Is the service alive, and is it well? JSON for machines, with nothing about any person in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
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
from people.record import scanning
from rehab.night import JOBS, Job

STALE_BEAT = 180  # seconds: six missed beats
STALE_OUTBOX = 600  # seconds: ten missed ticks
STALE_JOB = timedelta(hours=26)  # a night, and two hours for it to be done in
NOT_YET, NOT_CHECKED = "not yet run", "not checked"
Part = dict[str, Any]


@login_not_required
def livez(request: HttpRequest) -> JsonResponse:
    """Whether this process can do its work: the database and the broker answer. What starts up waits for this."""
    return _answer({"database": _database(), "broker": _broker()})


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether everything is well, the nightly jobs included. A job that has never run is not well."""
    now = timezone.now()
    rows = Heartbeat.objects.in_bulk(["beat", *(job.name for job in JOBS)])
    jobs = {job.name: _job(job, rows.get(job.name), now) for job in JOBS}
    parts = {"database": _database(), "broker": _broker(), "beat": _beat(rows.get("beat"), now), "outbox": _outbox(now)}
    parts["scanner"] = _scanner()
    return _answer(parts | {"jobs": {"ok": all(part["ok"] for part in jobs.values()), **jobs}})


def _answer(parts: dict[str, Part]) -> JsonResponse:
    ok = all(part["ok"] for part in parts.values())
    response = JsonResponse({"ok": ok, **parts}, status=200 if ok else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # asked every few seconds: an answer, not an error
    return response


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        (too_strong,) = cursor.fetchone()
    return {"ok": not too_strong}


def _broker() -> Part:
    try:
        cache.set("healthz", 1, 5)
    except RedisError:
        return {"ok": False}
    return {"ok": True}


def _scanner() -> Part:
    """The virus scanner. That there is none is said, and is not an illness."""
    if not settings.CLAMAV:
        return {"ok": True, "detail": "CLAMAV is not set: files are not looked at for viruses"}
    return {"ok": scanning.is_there()}


def _beat(row: Heartbeat | None, now: datetime) -> Part:
    age = _age(row, now)
    return {"ok": age is not None and age < STALE_BEAT, "age": age}


def _outbox(now: datetime) -> Part:
    with acting_as(SYSTEM):  # an age, of everyone's messages
        oldest = Message.objects.due(now).aggregate(at=Min("not_before"))["at"]
    age = int((now - oldest).total_seconds()) if oldest else 0
    return {"ok": age < STALE_OUTBOX, "oldest_due_age": age}


def _job(job: Job, row: Heartbeat | None, now: datetime) -> Part:
    """Ages in seconds since it last ran to its end. What a check found too long ago is not said any more."""
    age = _age(row, now)
    if row is None or (age is None and not row.failures):
        return {"ok": False, "age": None, "detail": NOT_CHECKED if job.checks else NOT_YET}
    late = age is None or age > STALE_JOB.total_seconds()
    detail = NOT_CHECKED if job.checks and late else row.detail
    return {"ok": row.ok and not row.failures and not late, "age": age, "detail": detail, "failures": row.failures}


def _age(row: Heartbeat | None, now: datetime) -> int | None:
    return int((now - row.beat_at).total_seconds()) if row and row.beat_at else None

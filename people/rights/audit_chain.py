"""Has anyone changed the access log? Each day has a checkpoint that can be computed again.

A checkpoint's hash covers its day and the hash before it, so a changed event breaks that day and all later ones. Its
signature (`mac`) needs a key that is derived from FIELD_KEYS and is not in the database, so the database's owner cannot
make a new chain. The signature is not part of the hash: `rotate_keys` signs again, and hashes kept elsewhere stay true.

A chain cannot show that its end was cut off. So the newest checkpoint must be last night's, and each night's hash goes
to the log (logger "audit"), where `verify_audit --expect DAY:HASH` finds it. Today's events are not in the chain yet.
Gaps in event ids prove nothing, because a transaction that is rolled back uses ids up.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from common.errors import RuleBroken
from people.models import AccessEvent, AuditCheckpoint

logger = logging.getLogger("audit")
CHECKPOINT_BY = 4  # o'clock, local; the night begins at 3
# A hash for each row, then one over the day's rows in order. A new column does not change old hashes.
DAYS = """
    select (at at time zone %(zone)s)::date as day,
           count(*),
           encode(sha256(string_agg(sha256(convert_to(concat_ws(E'\\x1f',
               id, extract(epoch from at), coalesce(user_id, 0), roles, kind, page,
               array_to_string(participants, ','), request_id, why, target), 'UTF8')), ''::bytea order by id)), 'hex')
    from people_accessevent
    where at >= (%(first)s::date)::timestamp at time zone %(zone)s
      and at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
    group by 1
"""


def days_of_events(first: date, last: date) -> dict[date, tuple[int, str]]:
    """Return (count, hash) for each day that has events."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, {"zone": settings.TIME_ZONE, "first": first, "last": last})
        return {day: (count, digest) for day, count, digest in cursor.fetchall()}


def chained(before: str, day: date, count: int, digest: str) -> str:
    return sha256(f"{before}|{day.isoformat()}|{count}|{digest}".encode()).hexdigest()


def key_name(word: str) -> str:
    """Return a name for a key of FIELD_KEYS that does not give it away."""
    return hmac.digest(word.encode(), b"the name of a key of the audit", "sha256").hex()[:16]


def signed(row: Any, word: str) -> str:
    key = hmac.digest(word.encode(), b"the audit's seals", "sha256")
    return hmac.digest(key, f"{row.day.isoformat()}|{row.events}|{row.hash}".encode(), "sha256").hex()


def sign(row: Any) -> Any:
    """Sign a checkpoint with the newest key."""
    row.key, row.mac = key_name(settings.FIELD_KEYS[0]), signed(row, settings.FIELD_KEYS[0])
    return row


@transaction.atomic
def add_checkpoints(*, today: date, now: datetime) -> int:
    """Add a checkpoint for every earlier day without one, days without events included. Return how many."""
    last = AuditCheckpoint.objects.order_by("-day").first()
    first = last.day + timedelta(days=1) if last else _first_day()
    if first is None or first >= today:
        return 0
    yesterday = today - timedelta(days=1)
    found = days_of_events(first, yesterday)
    checkpoints, before, day = [], last.hash if last else "", first
    while day <= yesterday:
        count, digest = found.get(day, (0, ""))
        before = chained(before, day, count, digest)
        checkpoints.append(sign(AuditCheckpoint(day=day, events=count, hash=before, made_at=now)))
        day += timedelta(days=1)
    AuditCheckpoint.objects.bulk_create(
        checkpoints, batch_size=500, ignore_conflicts=True
    )  # another worker may be doing the same
    transaction.on_commit(lambda: _tell(checkpoints))
    return len(checkpoints)


def _tell(checkpoints: list[AuditCheckpoint]) -> None:
    """Log the newest hash, out of reach of whoever changes the database."""
    if len(checkpoints) > 1:
        logger.warning(
            "audit late days=%d first=%s: compare the head before it with this log.",
            len(checkpoints),
            checkpoints[0].day,
        )
    logger.info("audit head %s", in_line(checkpoints[-1]))


def in_line(row: AuditCheckpoint) -> str:
    return f"day={row.day.isoformat()} events={row.events} hash={row.hash} key={row.key}"


def head() -> AuditCheckpoint | None:
    return AuditCheckpoint.objects.order_by("-day").first()


def _first_day() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("select (min(at) at time zone %s)::date from people_accessevent", [settings.TIME_ZONE])
        (day,) = cursor.fetchone()
    return day


def check(*, now: datetime) -> list[str]:
    """Verify the whole chain. Return a sentence for each thing that is wrong, the first wrong day first."""
    rows = list(AuditCheckpoint.objects.order_by("day"))
    return [*_not_as_recorded(rows), *_not_signed(rows), *_missing_checkpoint(rows, now)]


def _not_as_recorded(rows: list[AuditCheckpoint]) -> Iterator[str]:
    """Yield the first day that differs. All later days depend on it."""
    if not rows:
        return
    found = days_of_events(rows[0].day, rows[-1].day)
    if AccessEvent.objects.within(date(1970, 1, 2), rows[0].day - timedelta(days=1)).exists():
        yield f"There are looks from before {rows[0].day:%d %B %Y}, the first day that was sealed."
        return
    before, expected = "", rows[0].day
    for row in rows:
        if row.day != expected:
            yield f"{expected:%d %B %Y} has no seal."
            return
        count, digest = found.get(row.day, (0, ""))
        if (count, chained(before, row.day, count, digest)) != (row.events, row.hash):
            yield f"{row.day:%d %B %Y} is not as it was sealed: {row.events} looks were sealed, {count} are there."
            return
        before, expected = row.hash, expected + timedelta(days=1)


def _not_signed(rows: list[AuditCheckpoint]) -> Iterator[str]:
    """Yield the first checkpoint that none of our keys has signed."""
    words = {key_name(word): word for word in settings.FIELD_KEYS}
    for row in rows:
        if row.key and row.key not in words:
            yield f"The seal of {row.day:%d %B %Y} is under a key that is not in FIELD_KEYS. Put the older key back."
            return
        if not row.key or not hmac.compare_digest(row.mac, signed(row, words[row.key])):
            yield f"The seal of {row.day:%d %B %Y} is not signed by us: it was put there behind our back."
            return


def _missing_checkpoint(rows: list[AuditCheckpoint], now: datetime) -> Iterator[str]:
    """Yield a sentence where the newest checkpoint is too old: the chain was cut off, or the night did not run."""
    local = timezone.localtime(now)
    due = local.date() - timedelta(days=1 if local.hour >= CHECKPOINT_BY else 2)
    if rows and rows[-1].day < due:
        yield f"The newest seal is of {rows[-1].day:%d %B %Y}; by now {due:%d %B %Y} has to be sealed."
    elif not rows and AccessEvent.objects.within(date(1970, 1, 2), due).exists():
        yield f"There are looks until {due:%d %B %Y}, and no day has a seal."


def passes_through(day: date, digest: str) -> bool:
    """Whether the chain has this hash, kept outside the database, on this day."""
    return AuditCheckpoint.objects.filter(day=day, hash=digest).exists()


@transaction.atomic
def sign_again() -> int:
    """Sign again what the newest key has not signed, as the owner. Refuse a chain that does not verify."""
    rows = list(AuditCheckpoint.objects.order_by("day"))
    old = [row for row in rows if row.key != key_name(settings.FIELD_KEYS[0])]
    for wrong in [*_not_as_recorded(rows), *_not_signed(rows)] if old else []:
        raise RuleBroken(f"The audit was not signed again. {wrong}")
    with pgtrigger.ignore("people.AuditCheckpoint:checkpoints_are_only_added"):
        AuditCheckpoint.objects.bulk_update([sign(row) for row in old], ["key", "mac"], batch_size=500)
    return len(old)

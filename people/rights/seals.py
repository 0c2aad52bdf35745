"""Has anyone touched the audit? Each day of looks is sealed, and every seal can be worked out again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction

from common import pulses
from people.models import Look, LookSeal

# One hash a row, then one over the day's rows in order. The columns are named, so that a new one breaks no old seal.
DAYS = """
    select (at at time zone %(zone)s)::date as day,
           count(*),
           encode(sha256(string_agg(sha256(convert_to(concat_ws(E'\\x1f',
               id, extract(epoch from at), coalesce(user_id, 0), roles, kind, page,
               array_to_string(participants, ','), request_id, why, target), 'UTF8')), ''::bytea order by id)), 'hex')
    from people_look
    where at >= (%(first)s::date)::timestamp at time zone %(zone)s
      and at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
    group by 1
"""


def days_of_looks(first: date, last: date) -> dict[date, tuple[int, str]]:
    """For each day that has any looks: how many, and their hash."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, {"zone": settings.TIME_ZONE, "first": first, "last": last})
        return {day: (count, digest) for day, count, digest in cursor.fetchall()}


def chained(before: str, day: date, count: int, digest: str) -> str:
    return sha256(f"{before}|{day.isoformat()}|{count}|{digest}".encode()).hexdigest()


@transaction.atomic
def seal(*, today: date, now: datetime) -> int:
    """Seal every day before today that is not sealed yet; says how many. Days without a look are sealed too."""
    last = LookSeal.objects.order_by("-day").first()
    first = last.day + timedelta(days=1) if last else _first_day()
    if first is None or first >= today:
        return 0
    yesterday = today - timedelta(days=1)
    found = days_of_looks(first, yesterday)
    seals, before, day = [], last.hash if last else "", first
    while day <= yesterday:
        count, digest = found.get(day, (0, ""))
        before = chained(before, day, count, digest)
        seals.append(LookSeal(day=day, looks=count, hash=before, sealed_at=now))
        day += timedelta(days=1)
    LookSeal.objects.bulk_create(seals, batch_size=500, ignore_conflicts=True)  # another night may be at it too
    return len(seals)


def _first_day() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("select (min(at) at time zone %s)::date from people_look", [settings.TIME_ZONE])
        (day,) = cursor.fetchone()
    return day


def differences() -> Iterator[str]:
    """A sentence for the first day that is not as it was sealed: those after it hang on it. None is the good answer."""
    seals = list(LookSeal.objects.order_by("day"))
    if not seals:
        return
    found = days_of_looks(seals[0].day, seals[-1].day)
    if Look.objects.within(date(1970, 1, 2), seals[0].day - timedelta(days=1)).exists():
        yield f"There are looks from before {seals[0].day:%d %B %Y}, the first day that was sealed."
        return
    before, expected = "", seals[0].day
    for row in seals:
        if row.day != expected:
            yield f"{expected:%d %B %Y} has no seal."
            return
        count, digest = found.get(row.day, (0, ""))
        if (count, chained(before, row.day, count, digest)) != (row.looks, row.hash):
            yield f"{row.day:%d %B %Y} is not as it was sealed: {row.looks} looks were sealed, {count} are there."
            return
        before, expected = row.hash, expected + timedelta(days=1)


def check(*, now: datetime) -> list[str]:
    """Work out all of it again, and leave the result for the health page."""
    found = list(differences())
    pulses.beat("verify_audit", now=now, said=found[0] if found else "as sealed", well=not found)
    return found

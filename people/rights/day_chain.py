"""Has anyone changed rows that are only added to? Each day has a checkpoint that can be computed again.

A checkpoint's hash covers its day's rows and the hash before it, so a changed row breaks that day and all later ones.
Its signature (`mac`) needs a key that is derived from FIELD_KEYS and is not in the database, so the database's owner
cannot make a new chain. The signature is not part of the hash: `rotate_keys` signs again, and hashes kept elsewhere
stay true.

A chain cannot show that its end was cut off. So the newest checkpoint must be last night's, and each night's hash goes
to the log (logger "audit"), where it can be compared. Today's rows are not in the chain yet. Gaps in ids prove nothing,
because a transaction that is rolled back uses ids up.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from common.errors import RuleBroken

logger = logging.getLogger("audit")
CHECKPOINT_BY = 4  # o'clock, local; the night begins at 3
DAY = timedelta(days=1)
BEFORE_ALL = date(1970, 1, 2)
Days = dict[date, tuple[int, str]]  # how many rows a day has, and their hash


def chained(before: str, day: date, count: int, digest: str) -> str:
    return sha256(f"{before}|{day.isoformat()}|{count}|{digest}".encode()).hexdigest()


def key_name(word: str) -> str:
    """Return a name for a key of FIELD_KEYS that does not give it away."""
    return hmac.digest(word.encode(), b"the name of a key of the audit", "sha256").hex()[:16]


@dataclass(frozen=True)
class DayChain:
    """Checkpoints of one kind: `model` has a day, a count (`counts`), hash, key, mac and made_at.

    `sql` gives day, count and hash for each day with rows, between `first` and `last` in the time zone `zone`; `begins`
    the day of the first row. `what` the rows are called.
    """

    model: type[models.Model]
    counts: str
    name: str  # in the log
    what: str
    sql: str
    begins: str
    salt: bytes = b"the audit's seals"

    def days(self, first: date, last: date) -> Days:
        """Return (count, hash) for each day that has rows."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, {"zone": settings.TIME_ZONE, "first": first, "last": last})
            return {day: (count, digest) for day, count, digest in cursor.fetchall()}

    def signed(self, row: Any, word: str) -> str:
        key = hmac.digest(word.encode(), self.salt, "sha256")
        return hmac.digest(
            key, f"{row.day.isoformat()}|{getattr(row, self.counts)}|{row.hash}".encode(), "sha256"
        ).hex()

    def sign(self, row: Any) -> Any:
        """Sign a checkpoint with the newest key."""
        row.key, row.mac = key_name(settings.FIELD_KEYS[0]), self.signed(row, settings.FIELD_KEYS[0])
        return row

    @transaction.atomic
    def add(self, *, today: date, now: datetime) -> int:
        """Add a checkpoint for every earlier day without one, days without rows included. Return how many."""
        last = self.head()
        first = last.day + DAY if last else self._first_day()
        if first is None or first >= today:
            return 0
        yesterday = today - DAY
        found = self.days(first, yesterday)
        checkpoints, before, day = [], last.hash if last else "", first
        while day <= yesterday:
            count, digest = found.get(day, (0, ""))
            before = chained(before, day, count, digest)
            made = self.model(day=day, hash=before, made_at=now, **{self.counts: count})
            checkpoints.append(self.sign(made))
            day += DAY
        # Another worker may be doing the same.
        self.model._default_manager.bulk_create(checkpoints, batch_size=500, ignore_conflicts=True)
        transaction.on_commit(lambda: self._tell(checkpoints))
        return len(checkpoints)

    def _tell(self, checkpoints: list[Any]) -> None:
        """Log the newest hash, out of reach of whoever changes the database."""
        if len(checkpoints) > 1:
            logger.warning(
                "%s late days=%d first=%s: compare the head before it with this log.",
                self.name, len(checkpoints), checkpoints[0].day,
            )  # fmt: skip
        logger.info("%s head %s", self.name, self.in_line(checkpoints[-1]))

    def in_line(self, row: Any) -> str:
        count = getattr(row, self.counts)
        return f"day={row.day.isoformat()} {self.counts}={count} hash={row.hash} key={row.key}"

    def head(self) -> Any:
        return self.model._default_manager.order_by("-day").first()

    def _first_day(self) -> date | None:
        with connection.cursor() as cursor:
            cursor.execute(self.begins, [settings.TIME_ZONE])
            (day,) = cursor.fetchone()
        return day

    def check(self, *, now: datetime) -> list[str]:
        """Verify the whole chain. Return a sentence for each thing that is wrong, the first wrong day first."""
        rows = list(self.model._default_manager.order_by("day"))
        return [*self._not_as_recorded(rows), *self._not_signed(rows), *self._missing(rows, now)]

    def as_recorded(self) -> list[str]:
        """What `check` says of the checkpoints that there are."""
        rows = list(self.model._default_manager.order_by("day"))
        return [*self._not_as_recorded(rows), *self._not_signed(rows)]

    def missing(self, *, now: datetime) -> list[str]:
        """What `check` says of those that should be there by now."""
        return list(self._missing(list(self.model._default_manager.order_by("-day")[:1]), now))

    def _not_as_recorded(self, rows: list[Any]) -> Iterator[str]:
        """Yield the first day that differs. All later days depend on it."""
        if not rows:
            return
        found = self.days(rows[0].day, rows[-1].day)
        first = self._first_day()
        if first and first < rows[0].day:
            yield f"There are {self.what} from before {rows[0].day:%d %B %Y}, the first day that was sealed."
            return
        before, expected = "", rows[0].day
        for row in rows:
            if row.day != expected:
                yield f"{expected:%d %B %Y} has no seal."
                return
            count, digest = found.get(row.day, (0, ""))
            recorded = getattr(row, self.counts)
            if (count, chained(before, row.day, count, digest)) != (recorded, row.hash):
                day = f"{row.day:%d %B %Y}"
                yield f"{day} is not as it was sealed: {recorded} {self.what} were sealed, {count} are there."
                return
            before, expected = row.hash, expected + DAY

    def _not_signed(self, rows: list[Any]) -> Iterator[str]:
        """Yield the first checkpoint that none of our keys has signed."""
        words = {key_name(word): word for word in settings.FIELD_KEYS}
        for row in rows:
            if row.key and row.key not in words:
                day = f"{row.day:%d %B %Y}"
                yield f"The seal of {day} is under a key that is not in FIELD_KEYS. Put the older key back."
                return
            if not row.key or not hmac.compare_digest(row.mac, self.signed(row, words[row.key])):
                yield f"The seal of {row.day:%d %B %Y} is not signed by us: it was put there behind our back."
                return

    def _missing(self, rows: list[Any], now: datetime) -> Iterator[str]:
        """Yield a sentence where the newest checkpoint is too old: the chain was cut off, or the night did not run."""
        local = timezone.localtime(now)
        due = local.date() - timedelta(days=1 if local.hour >= CHECKPOINT_BY else 2)
        if rows and rows[-1].day < due:
            yield f"The newest seal is of {rows[-1].day:%d %B %Y}; by now {due:%d %B %Y} has to be sealed."
        elif not rows and (first := self._first_day()) and first <= due:
            yield f"There are {self.what} until {due:%d %B %Y}, and no day has a seal."

    def passes_through(self, day: date, digest: str) -> bool:
        """Whether the chain has this hash, kept outside the database, on this day."""
        return self.model._default_manager.filter(day=day, hash=digest).exists()

    @transaction.atomic
    def sign_again(self) -> int:
        """Sign again what the newest key has not signed, as the owner. Refuse a chain that does not verify."""
        rows: list[Any] = list(self.model._default_manager.order_by("day"))
        old: list[Any] = [row for row in rows if row.key != key_name(settings.FIELD_KEYS[0])]
        for wrong in [*self._not_as_recorded(rows), *self._not_signed(rows)] if old else []:
            raise RuleBroken(f"The {self.name} was not signed again. {wrong}")
        with pgtrigger.ignore(f"{self.model._meta.label}:checkpoints_are_only_added"):
            signed = [self.sign(row) for row in old]
            self.model._default_manager.bulk_update(signed, ["key", "mac"], batch_size=500)
        return len(old)

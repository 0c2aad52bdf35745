"""Lock-outs: accounts that were tried too often, until when, and unlocking them. allauth counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from people.models import LockOut, User

APP = "allauth.account"
_PLACE = "_lock_outs"
Why = LockOut.Why


class NotLocked(RuleBroken):
    pass


def sign_in_key(address: str) -> str:
    """Return the key that counts wrong passwords, the same for each of our host names."""
    return f"sign-in:{address.lower()}"


def note(request: HttpRequest, user: User | None, why: LockOut.Why) -> None:
    """Note a lock-out. It is written after the view, because a refused form is rolled back."""
    if user is not None:
        request.__dict__.setdefault(_PLACE, []).append((user, why))


def write(request: HttpRequest) -> None:
    """Record this request's lock-outs."""
    if noted := request.__dict__.get(_PLACE, []):
        _record(noted, timezone.now())


@as_service()
def _record(noted: list[tuple[User, LockOut.Why]], now: datetime) -> None:
    """One row each, extended while it lasts."""
    for user, why in noted:
        until = _until(user, why)
        if until is None or until <= now:
            continue
        if not LockOut.objects.locked(now).filter(user=user, why=why).update(until=until):
            LockOut.objects.create(user=user, why=why, locked_at=now, until=until)


@transaction.atomic
@acting_as(SYSTEM)
def unlock(*, lock_out: LockOut, by: User, now: datetime) -> None:
    """Unlock the account at once."""
    rows = list(
        LockOut.objects.select_for_update(of=("self",)).select_related("user").locked(now).filter(user=lock_out.user_id)
    )
    if not rows:
        raise NotLocked("This account is not locked any more. Its owner can try again.")
    for row in rows:
        row.unlocked_at, row.unlocked_by = now, by
        save_or_refuse(row, "unlocked_at", "unlocked_by", by=by)
    for name, _ in _counts(rows[0].user, *Why):
        cache.delete(name)


def _until(user: User, *whys: LockOut.Why) -> datetime | None:
    """Return when the last of the limits ends."""
    ends = []
    for name, rate in _counts(user, *whys):
        tries = cache.get(name) or []
        if len(tries) >= rate.amount:
            ends.append(tries[-1] + rate.duration)  # the oldest try is last
    return datetime.fromtimestamp(max(ends), UTC) if ends else None


def _counts(user: User, *whys: LockOut.Why) -> Iterator[tuple[str, ratelimit.Rate]]:
    """Return where allauth counts this account's tries, and how many are allowed."""
    counted = {
        Why.PASSWORD: [("login_failed", sign_in_key(user.email or ""))],
        Why.SECOND: [("login_failed", f"mfa-auth-user-{user.pk}")],
        Why.ASKED: [("request_login_code", str(way).lower()) for way in (user.phone, user.email) if way],
    }
    for action, key in (pair for why in whys for pair in counted[why]):
        for rate in ratelimit.get_rates(app=APP, action=action):
            if rate.per == "key":
                yield ratelimit.get_cache_key(None, app=APP, action=action, rate=rate, key=key), rate

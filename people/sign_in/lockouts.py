"""Wrong passwords and codes: how many are too many, from whom, until when; and unlocking.

A stranger, whose browser has not signed in to the account before, is counted by where they come from, by that and the
account together, and slowly by the account alone. A browser that has signed in to it is counted by itself, so that no
stranger can keep its owner out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from common.errors import RuleBroken
from common.postgres.actor import SYSTEM, acting_as, as_service
from common.saving import save_or_refuse
from people.models import LockOut, User

APP = "people"
LASTS = 24 * 60 * 60  # seconds that an unlocking is remembered: longer than any limit
_PLACE = "_lock_outs"
Why = LockOut.Why


class NotLocked(RuleBroken):
    pass


class TooMany(Exception):
    """Tried too often, until then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Limit:
    """One count: what it is called, how many in how long, and of what."""

    name: str
    rate: str
    key: str

    @property
    def config(self) -> dict[str, str]:
        return {self.name: self.rate}


def limits(request: HttpRequest, why: LockOut.Why, account: str, device: str) -> list[Limit]:
    """The counts of one try at an account. `device` is a browser that has signed in to it before, or empty."""
    rates = {} if settings.ACCOUNT_RATE_LIMITS is False else settings.SIGN_IN_LIMITS
    since = cache.get(_unlocked(account)) or ""
    keys = {"known": f"{device}:{account}"} if device else {
        "pair": f"{ratelimit.get_ip(request)}:{account}", "place": "", "account": account,
    }  # fmt: skip
    return [Limit(f"{why}-{name}", rates[name], f"{since}:{key}") for name, key in keys.items() if name in rates]


def count(request: HttpRequest, why: LockOut.Why, account: str, device: str) -> ratelimit.RateLimitUsage:
    """Count a try. Raise TooMany where one of the limits is reached; give the answer's `rollback` a right one back."""
    taken = ratelimit.RateLimitUsage(usage=[])
    for limit in limits(request, why, account, device):
        usage = ratelimit.consume(request, app=APP, action=limit.name, config=limit.config, key=limit.key)
        if usage is None:
            raise TooMany(_ends(request, limit))
        taken.usage += usage.usage
    return taken


def _ends(request: HttpRequest, limit: Limit) -> datetime:
    """When the oldest of the tries that count is forgotten."""
    (rate,) = ratelimit.get_rates(app=APP, action=limit.name, config=limit.config)
    tries = cache.get(ratelimit.get_cache_key(request, app=APP, action=limit.name, rate=rate, key=limit.key)) or []
    oldest = tries[-1] if tries else timezone.now().timestamp()
    return datetime.fromtimestamp(oldest + rate.duration, UTC)


def _unlocked(account: str) -> str:
    return f"unlocked:{account}"


def account_of(user: User) -> str:
    """What tries at this account are counted by, whether or not anyone has it."""
    return (user.email or "").lower()


def note(request: HttpRequest, user: User | None, why: LockOut.Why, until: datetime | None = None) -> None:
    """Note a lock-out. It is written after the view, because a refused form is rolled back."""
    if user is not None:
        request.__dict__.setdefault(_PLACE, []).append((user, why, until))


def write(request: HttpRequest) -> None:
    """Record this request's lock-outs."""
    if noted := request.__dict__.get(_PLACE, []):
        _record(noted, timezone.now())


@as_service()
def _record(noted: list[tuple[User, LockOut.Why, datetime | None]], now: datetime) -> None:
    """One row each, extended while it lasts."""
    for user, why, said in noted:
        until = said or _codes_until(user)
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
    cache.set(_unlocked(account_of(rows[0].user)), now.isoformat(), LASTS)  # what was counted counts no more
    for name, _ in _code_counts(rows[0].user):
        cache.delete(name)


def _codes_until(user: User) -> datetime | None:
    """When codes may be asked for again: allauth counts these."""
    ends = []
    for name, rate in _code_counts(user):
        tries = cache.get(name) or []
        if len(tries) >= rate.amount:
            ends.append(tries[-1] + rate.duration)  # the oldest try is last
    return datetime.fromtimestamp(max(ends), UTC) if ends else None


def _code_counts(user: User) -> Iterator[tuple[str, ratelimit.Rate]]:
    """Where allauth counts the codes that were asked for, and how many are allowed."""
    for key in [str(way).lower() for way in (user.phone, user.email) if way]:
        for rate in ratelimit.get_rates(app="allauth.account", action="request_login_code"):
            if rate.per == "key":
                name = ratelimit.get_cache_key(
                    None, app="allauth.account", action="request_login_code", rate=rate, key=key
                )
                yield name, rate

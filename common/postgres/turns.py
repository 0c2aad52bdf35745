"""Sign who acts, for the database to check (people/sql/signed_turns.sql).

The key is made from SECRET_KEY. `migrate` puts it into a table that neither the web nor the worker can read.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections

LASTS = 30  # seconds from signing to the statement that says it
BLOCK = 64  # bytes in a block of SHA-256
clock = time.time  # in seconds; tests that travel in time put the real one here, since the database does not travel


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"who acts in the database", "sha256")


def signed(*, user: str, role: str, service: bool) -> tuple[str, str]:
    """Return the words that say who acts, good for one use within LASTS, and their signature."""
    said = f"{user}|{role}|{'yes' if service else ''}|{clock() + LASTS:.3f}|{uuid.uuid4()}"
    return said, hmac.new(_key(settings.SECRET_KEY), said.encode(), hashlib.sha256).hexdigest()


def blocks() -> tuple[bytes, bytes]:
    """The two blocks that HMAC-SHA256 begins with, as the database keeps the key."""
    padded = _key(settings.SECRET_KEY).ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def keep_key(using: str = "default", **_: Any) -> None:
    """Put the key where the functions find it. Asked after each `migrate`; only the owner may."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select 1 from pg_class where oid = to_regclass('public.app_turn_key') and relowner = current_user::regrole"
        )
        if cursor.fetchone():
            cursor.execute(
                "insert into app_turn_key (inner_block, outer_block) values (%s, %s)"
                " on conflict (inner_block) do update set added_at = now()",
                blocks(),
            )

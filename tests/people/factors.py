"""An authenticator app, for tests: RFC 6238 on its own, so that it agrees with ours or something is wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import statistics
import struct
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import MD5PasswordHasher


def code_of(secret: str, at: float | None = None) -> str:
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def sign_in(client: Any, user: Any) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": "a long pass phrase"})


def set_up_app(client: Any) -> str:
    """Set up an app for who is signed in; the secret it was given."""
    page = client.get("/accounts/second-step/app/add/")
    secret = page.context["form"].secret
    client.post("/accounts/second-step/app/add/", {"code": code_of(secret)})
    return secret


class SlowHasher(MD5PasswordHasher):
    """As slow as a real one, and as slow on a machine that is busy."""

    algorithm = "slow"

    def encode(self, password: str, salt: str) -> str:
        time.sleep(0.1)
        return super().encode(password, salt)


def take_the_same_time(*acts: Callable[[], Any], rounds: int = 5) -> bool:
    """Whether the medians are within 50 ms of each other; measured again where the machine was busy."""
    for _ in range(3):
        took: list[list[float]] = [[] for _ in acts]
        for _ in range(rounds):
            for act, times in zip(acts, took, strict=True):
                begun = time.perf_counter()
                act()
                times.append(time.perf_counter() - begun)
        medians = [statistics.median(times) for times in took]
        if max(medians) - min(medians) < 0.05:
            return True
    return False

"""An authenticator app, for tests: RFC 6238 on its own, so that it agrees with ours or something is wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import Any


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

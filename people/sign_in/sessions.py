"""Sessions in the database, which the service alone reads and writes.

A browser's cookie holds the session's key signed. So whoever learns the keys that the database holds signs in by none.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from common.postgres.actor import as_service

SALT = "people.sign_in.sessions"


def signed(key: str) -> str:
    """A session's key as a cookie holds it."""
    return Signer(salt=SALT).sign(key)


def unsigned(cookie: str) -> str | None:
    try:
        return Signer(salt=SALT).unsign(cookie)
    except BadSignature:
        return None


class SignedSessionMiddleware(SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        request.session = SessionStore(unsigned(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value:
            value = signed(cookie.value)
            cookie.set(cookie.key, value, value)
        return response


class SessionStore(db.SessionStore):
    @as_service()
    def load(self) -> dict[str, Any]:
        return super().load()

    @as_service()
    def exists(self, session_key: str) -> bool:
        return bool(super().exists(session_key))

    @as_service()
    def save(self, must_create: bool = False) -> None:
        super().save(must_create)

    @as_service()
    def delete(self, session_key: str | None = None) -> None:
        super().delete(session_key)

"""Sessions in the database, which the service alone reads and writes: a session's key is as good as a sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from common.postgres.actor import as_service


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

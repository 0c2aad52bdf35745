"""What is sealed even inside the database: text locked with the first of FIELD_KEYS, opened with any of them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class CannotOpen(Exception):
    """None of the keys opens this: a key was taken out of FIELD_KEYS before `rotate_keys` had run."""


def _locks() -> MultiFernet:
    return _made(tuple(settings.FIELD_KEYS))


@cache
def _made(words: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(word.encode()).digest())) for word in words])


def seal(text: str) -> str:
    """The text as a token that tells nothing without a key; empty text stays empty."""
    return _locks().encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    try:
        return _locks().decrypt(token.encode()).decode() if token else ""
    except InvalidToken as problem:
        raise CannotOpen("No key in FIELD_KEYS opens this. Put the older key back at the end of the list.") from problem


def reseal(token: str) -> str:
    """The same text under the newest key."""
    try:
        return _locks().rotate(token.encode()).decode() if token else ""
    except InvalidToken as problem:
        raise CannotOpen("No key in FIELD_KEYS opens this. Put the older key back at the end of the list.") from problem


def seal_bytes(data: bytes) -> bytes:
    return _locks().encrypt(data) if data else b""


def unseal_bytes(token: bytes) -> bytes:
    try:
        return _locks().decrypt(token) if token else b""
    except InvalidToken as problem:
        raise CannotOpen("No key in FIELD_KEYS opens this. Put the older key back at the end of the list.") from problem


def reseal_bytes(token: bytes) -> bytes:
    return seal_bytes(unseal_bytes(token))


def is_newest(token: str | bytes) -> bool:
    """Whether the newest key alone opens it, so that there is nothing to rotate."""
    try:
        _made(tuple(settings.FIELD_KEYS[:1])).decrypt(token)
    except InvalidToken:
        return False
    return True


class SealedTextField(models.TextField):
    """Text that is sealed in the table and plain in Python. It cannot be searched or sorted."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return seal(prepared) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is there any": the same text is sealed differently each time, so no other question has an answer."""
        if lookup_name not in ("isnull",):
            raise TypeError(f"Sealed text cannot be looked up by {lookup_name}.")
        return super().get_lookup(lookup_name)


class SealedBytesField(models.BinaryField):
    """A file's bytes, sealed in the table and plain in Python."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = value if value is None else seal_bytes(bytes(value))
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return value if value is None else unseal_bytes(bytes(value))

"""Encryption of fields: the first of FIELD_KEYS encrypts, any of them decrypts.

A value is encrypted for its column (`of`, "table.column", the same for its history). The key is derived from one of
FIELD_KEYS and the column's name, so a value copied into another column does not decrypt there. It is not tied to its
row, because Django decrypts a value before it has a row, and a merge moves rows to another record. A value without the
mark "2." is older, and not tied to a column either; it decrypts until `rotate_keys` has marked it.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

MARK = b"2."  # encrypted for one column
SECOND_FACTORS = "mfa_authenticator.data"


class CannotDecrypt(Exception):
    """No key in FIELD_KEYS decrypts this. One was removed before `rotate_keys` had run."""


def _locks(of: str) -> MultiFernet:
    return _made(tuple(settings.FIELD_KEYS), of)


@cache
def _made(words: tuple[str, ...], of: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_key(word.encode(), of))) for word in words])


def _key(word: bytes, of: str) -> bytes:
    return hmac.digest(word, f"sealed in {of}".encode(), "sha256") if of else sha256(word).digest()


def encrypt(text: str, of: str = "") -> str:
    """Return the text encrypted, as a token. Empty text stays empty."""
    return encrypt_bytes(text.encode(), of).decode()


def decrypt(token: str, of: str = "") -> str:
    return decrypt_bytes(token.encode(), of).decode()


def encrypt_bytes(data: bytes, of: str = "") -> bytes:
    return (MARK if of else b"") + _locks(of).encrypt(data) if data else b""


def decrypt_bytes(token: bytes, of: str = "") -> bytes:
    marked = token.startswith(MARK)
    try:
        return _locks(of if marked else "").decrypt(token[len(MARK) :] if marked else token) if token else b""
    except InvalidToken as problem:
        raise CannotDecrypt(
            "No key in FIELD_KEYS opens this here. Put the older key back at the end of the list; if none was taken"
            " out, it was sealed for another column and put here by hand."
        ) from problem


def rotate(token: str, of: str = "") -> str:
    """Encrypt a token's text again with the newest key, for this column."""
    return encrypt(decrypt(token, of), of)


def rotate_bytes(token: bytes, of: str = "") -> bytes:
    return encrypt_bytes(decrypt_bytes(token, of), of)


def is_newest(token: str | bytes, of: str = "") -> bool:
    """Whether the newest key encrypted it, for this column. Otherwise it needs rotating."""
    data = token.encode() if isinstance(token, str) else token
    marked = data.startswith(MARK)
    if marked != bool(of):
        return False
    try:
        _made(tuple(settings.FIELD_KEYS[:1]), of).decrypt(data[len(MARK) :] if marked else data)
    except InvalidToken:
        return False
    return True


def column_of(field: models.Field[Any, Any]) -> str:
    """Return "people_safecontact.note", for the table of its history too."""
    return f"{field.model._meta.db_table.replace('_historical', '_')}.{field.column}"


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the table and plain in Python. It cannot be searched or sorted."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared, column_of(self)) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else decrypt(value, column_of(self))

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow isnull alone. The same text encrypts differently each time, so nothing else can match."""
        if lookup_name not in ("isnull",):
            raise TypeError(f"Sealed text cannot be looked up by {lookup_name}.")
        return super().get_lookup(lookup_name)


class EncryptedBytesField(models.BinaryField):
    """A file's bytes, encrypted in the table and plain in Python."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        encrypted = value if value is None else encrypt_bytes(bytes(value), column_of(self))
        return super().get_db_prep_value(encrypted, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return value if value is None else decrypt_bytes(bytes(value), column_of(self))

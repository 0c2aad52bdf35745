"""What is sealed even inside the database: text locked with the first of FIELD_KEYS, opened with any of them.

What lies in a column is sealed for that column (`of`, "table.column"; its history counts as the same): the key is made
from one of FIELD_KEYS and the column's name, so a value copied into another column does not open there. It is not tied
to its row: a value is opened as it comes from the database, with no row about it yet, and a record that is made
one with another takes its rows along. A value that was sealed before this (without the mark "2.") still opens, until
`rotate_keys` has given it the mark and its key is taken out of FIELD_KEYS.
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

MARK = b"2."  # sealed for one column
SECOND_FACTORS = "mfa_authenticator.data"


class CannotDecrypt(Exception):
    """None of the keys opens this: a key was taken out of FIELD_KEYS before `rotate_keys` had run."""


def _locks(of: str) -> MultiFernet:
    return _made(tuple(settings.FIELD_KEYS), of)


@cache
def _made(words: tuple[str, ...], of: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_key(word.encode(), of))) for word in words])


def _key(word: bytes, of: str) -> bytes:
    return hmac.digest(word, f"sealed in {of}".encode(), "sha256") if of else sha256(word).digest()


def encrypt(text: str, of: str = "") -> str:
    """The text as a token that tells nothing without a key; empty text stays empty."""
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
    """The same text under the newest key, for this column."""
    return encrypt(decrypt(token, of), of)


def rotate_bytes(token: bytes, of: str = "") -> bytes:
    return encrypt_bytes(decrypt_bytes(token, of), of)


def is_newest(token: str | bytes, of: str = "") -> bool:
    """Whether the newest key alone opens it, and it is sealed for its column: there is nothing to rotate."""
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
    """ "people_safecontact.note": also for the table of its history."""
    return f"{field.model._meta.db_table.replace('_historical', '_')}.{field.column}"


class EncryptedTextField(models.TextField):
    """Text that is sealed in the table and plain in Python. It cannot be searched or sorted."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared, column_of(self)) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else decrypt(value, column_of(self))

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is there any": the same text is sealed differently each time, so no other question has an answer."""
        if lookup_name not in ("isnull",):
            raise TypeError(f"Sealed text cannot be looked up by {lookup_name}.")
        return super().get_lookup(lookup_name)


class EncryptedBytesField(models.BinaryField):
    """A file's bytes, sealed in the table and plain in Python."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        encrypted = value if value is None else encrypt_bytes(bytes(value), column_of(self))
        return super().get_db_prep_value(encrypted, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return value if value is None else decrypt_bytes(bytes(value), column_of(self))

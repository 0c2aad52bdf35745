"""Key rotation: encrypt everything again with the newest key, so that older keys can be removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field, Model

from common.encryption import (  # fmt: skip
    SECOND_FACTORS,
    CannotDecrypt,
    EncryptedBytesField,
    EncryptedTextField,
    column_of,
    is_newest,
    rotate,
    rotate_bytes,
)
from common.registry import Registry
from people.rights import audit_chain

# What signs again with the newest key, by the column it signs. Higher floors add theirs.
SIGNERS: Registry[tuple[str, Callable[[], int]]] = Registry()
SIGNERS.add(("people.AuditCheckpoint.mac", audit_chain.sign_again))
BATCH = {EncryptedTextField: 500, EncryptedBytesField: 10}


def encrypted_columns() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    """Yield every encrypted column of every app, history tables included."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.local_concrete_fields:
            if isinstance(column, EncryptedTextField | EncryptedBytesField):
                yield model, column


def rotate_all() -> dict[str, int]:
    """Encrypt again whatever the newest key did not. Return how many values changed, by column."""
    done = {}
    for model, column in encrypted_columns():
        files = isinstance(column, EncryptedBytesField)
        renew: Callable[[Any, str], Any] = rotate_bytes if files else rotate
        done[f"{model._meta.label}.{column.name}"] = _rotate_column(model, column, renew, BATCH[type(column)])
    done |= {column: sign_again() for column, sign_again in SIGNERS}
    if apps.is_installed("allauth.mfa"):
        done["mfa.Authenticator.data"] = _rotate_second_factors()
    return done


def _rotate_column(model: type[Model], column: Field[Any, Any], renew: Callable[[Any, str], Any], batch: int) -> int:
    quote = connection.ops.quote_name
    table, name, key = quote(model._meta.db_table), quote(str(column.column)), quote(str(model._meta.pk.column))
    changed, last, place = 0, None, column_of(column)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            after = "" if last is None else f"and {key} > %s"
            asked = f"select {key}, {name} from {table} where length({name}) > 0 {after} order by {key} limit {batch}"
            cursor.execute(f"{asked} for update", [] if last is None else [last])
            rows = cursor.fetchall()
            for pk, value in rows:
                token = bytes(value) if isinstance(value, memoryview) else value
                if not is_newest(token, place):
                    cursor.execute(f"update {table} set {name} = %s where {key} = %s", [renew(token, place), pk])
                    changed += 1
        if len(rows) < batch:
            return changed
        last = rows[-1][0]


@transaction.atomic
def _rotate_second_factors() -> int:
    from allauth.mfa.models import Authenticator

    changed = 0
    for each in Authenticator.objects.select_for_update().order_by("pk"):
        data = rotated(each.data)
        if data != each.data:
            Authenticator.objects.filter(pk=each.pk).update(data=data)
            changed += 1
    return changed


def rotated(value: Any) -> Any:
    """Return the data with each encrypted word encrypted again. Other words stay as they are."""
    if isinstance(value, dict):
        return {key: rotated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rotated(item) for item in value]
    if not isinstance(value, str) or not value.startswith(("gAAAA", "2.gAAAA")) or is_newest(value, SECOND_FACTORS):
        return value
    try:
        return rotate(value, SECOND_FACTORS)
    except CannotDecrypt:
        return value

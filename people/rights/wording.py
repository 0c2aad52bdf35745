"""Values as JSON has them, and in words."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field
from django.utils import timezone

from common.money import pounds

PENCE = {"amount", "balance", "price"}


def raw_of(value: Any) -> Any:
    """Return the value as JSON has it."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def words_of(value: Any, column: Field[Any, Any] | None = None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if column is not None and column.name in PENCE and isinstance(value, int):
        return pounds(value)
    if isinstance(value, dt.datetime):
        at = timezone.localtime(value)
        return f"{at.day} {at:%B %Y at %H:%M}"
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, list):
        choices = dict(getattr(column.base_field, "flatchoices", ())) if isinstance(column, ArrayField) else {}
        return "; ".join(str(choices[i]) if isinstance(i, str) and i in choices else words_of(i) for i in value)
    if isinstance(value, dict):
        return "\n".join(f"{str(key).replace('_', ' ')}: {words_of(item)}" for key, item in value.items() if item)
    return f"{value:g}" if isinstance(value, float) else str(value) if not isinstance(value, uuid.UUID) else value.hex

"""Rows of a list."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, QuerySet

from common.postgres.functions import IsOneOf

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")


def first(rows: Rows, most: int) -> Rows:
    """The first rows in their order. Their keys are found first; all else is joined to these alone."""
    return rows.filter(IsOneOf(F("pk"), ArraySubquery(rows.values("pk")[:most])))

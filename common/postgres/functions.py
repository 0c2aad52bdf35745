"""Expressions that Django has none for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import BooleanField, DateTimeField, Func


class LocalMidnight(Func):
    """The moment at which a date of ours begins, so that an index on a moment serves in a comparison with a date."""

    template = "((%(expressions)s)::timestamp at time zone %(zone)s)"
    output_field = DateTimeField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        return super().as_sql(compiler, connection, zone=f"'{settings.TIME_ZONE}'", **context)


class Sees(Func):
    """Whether the acting user sees this person in full: what a policy asks of each row."""

    template = "app_has((select app_visible(3)), %(expressions)s)"
    output_field = BooleanField()


class IsOneOf(Func):
    """Whether a value is in an array. Postgres takes it that there are ten values in it, and looks each of them up."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

"""Lists whose SQL Django writes once a process: it takes longer to write it than Postgres to answer it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from common.days import midnight

Row = TypeVar("Row")
FIRST_ID = -1_000_000_000  # no id of ours is as low as a stand-in's, and no day of ours as early
FIRST_DAYS = [datetime(1000, 7, 1, 11, 17, 23, tzinfo=UTC), datetime(1001, 2, 18, 9, 41, 7, tzinfo=UTC)]
APART = timedelta(days=40 * 366)  # one stand-in from the next


class NotCompilable(Exception):
    """The question holds a day or a moment of its own, or does not ask for one of its values."""


class Put(NamedTuple):
    """Where a value goes, and how a day or a moment is worked out from it: `plus` is added to it, or to its day."""

    name: str
    plus: timedelta = timedelta(0)
    to: str = "value"  # or "day", or "midnight"

    def of(self, value: Any) -> Any:
        if self.to == "value":
            return value + self.plus if self.plus else value
        day = _day(value) + self.plus
        return day if self.to == "day" else midnight(day)


class compiled_once(Generic[Row]):
    """Decorates a function that makes a list's question from its values; a call returns the rows.

    Its SQL is kept, and the values of each later call are put into it: numbers, days, moments and lists of ids. Every
    other value (None, a bool, a word) is a part of the question: there is one SQL for each. A dataclass counts as its
    fields, of which some may not be asked for. A number of days may be added to a day, and midnight made of it. The
    question may not ask who acts or what time it is.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self.ask = ask
        self.kept: dict[Any, _Compiled[Row]] = {}
        self.__doc__ = ask.__doc__

    def __call__(self, **values: Any) -> list[Row]:
        flat = dict(_flat(values))
        key = tuple((name, type(value) if _is_put_in(value) else value) for name, value in flat.items())
        if key not in self.kept:
            first, second = (_Compiled(self.ask, values, flat, day) for day in FIRST_DAYS)
            if first.params != second.params:
                raise NotCompilable(f"A day is worked out in another way than by adding days: {first.sql}")
            self.kept[key] = first
        return self.kept[key].rows(flat)


class _Compiled(Generic[Row]):
    """One question with stand-ins for its values, and where in its SQL each of them stands."""

    def __init__(
        self,
        ask: Callable[..., QuerySet[Any, Row]],
        values: Mapping[str, Any],
        flat: Mapping[str, Any],
        first_day: datetime,
    ) -> None:
        stand_ins = {
            name: _stand_in(value, place, first_day)
            for place, (name, value) in enumerate(flat.items())
            if _is_put_in(value)
        }
        self.question = ask(**{name: _with_stand_ins(name, value, stand_ins) for name, value in values.items()})
        self.compiler = self.question.query.get_compiler(self.question.db)
        self.sql, params = self.compiler.as_sql()
        self.params = [_slot(param, stand_ins) for param in params]
        asked = {slot.name for slot in self.params if isinstance(slot, Put)}
        if unasked := stand_ins.keys() & values.keys() - asked:
            raise NotCompilable(f"It does not ask for {', '.join(sorted(unasked))}: {self.sql}")

    def rows(self, flat: Mapping[str, Any]) -> list[Row]:
        params = tuple(slot.of(flat[slot.name]) if isinstance(slot, Put) else slot for slot in self.params)
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.question.db]  # this thread's
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)
        rows = self.question.all()
        rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return list(rows)


def _is_put_in(value: Any) -> bool:
    return isinstance(value, (int, date, list)) and not isinstance(value, bool)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if is_dataclass(value):
            yield from _flat({f"{name}.{field.name}": getattr(value, field.name) for field in fields(value)})
        else:
            yield name, value


def _stand_in(value: Any, place: int, first_day: datetime) -> Any:
    if isinstance(value, datetime):
        return first_day + place * APART
    if isinstance(value, date):
        return (first_day + place * APART).date()
    return [FIRST_ID - place] if isinstance(value, list) else FIRST_ID - place


def _with_stand_ins(name: str, value: Any, stand_ins: Mapping[str, Any]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        of_fields = {field.name: f"{name}.{field.name}" for field in fields(value)}
        return replace(value, **{field: stand_ins[path] for field, path in of_fields.items() if path in stand_ins})
    return stand_ins.get(name, value)


def _slot(param: Any, stand_ins: Mapping[str, Any]) -> Any:
    """A parameter that stands for a value becomes its Put. A day or a moment has to be one."""
    for name, stand_in in stand_ins.items():
        if param == stand_in:
            return Put(name)
        if isinstance(param, date) and isinstance(stand_in, date) and abs(_day(param) - _day(stand_in)) < APART / 2:
            return _worked_out(param, stand_in, name)
    if isinstance(param, date):
        raise NotCompilable(f"It holds {param}, which is none of its values.")
    return param


def _worked_out(param: date, stand_in: date, name: str) -> Put:
    days = _day(param) - _day(stand_in)
    if not isinstance(param, datetime):
        return Put(name, days, "day")
    if param == midnight(_day(param)):
        return Put(name, days, "midnight")
    if isinstance(stand_in, datetime):
        return Put(name, param - stand_in)
    raise NotCompilable(f"It makes {param} of the day {name}.")


def _day(value: date) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value

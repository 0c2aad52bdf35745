"""Read the environment. A missing or malformed value stops the start with one sentence that names it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import time
from typing import Any, NoReturn, TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
_env = environ.Env()
REQUIRED: Any = environ.Env.NOTSET


def stop(sentence: str) -> NoReturn:
    """End the process with one sentence, no traceback."""
    sys.stderr.write(sentence.rstrip() + "\n")
    raise SystemExit(78)  # EX_CONFIG in sysexits.h


def _read(kind: Callable[..., T], what: str, name: str, default: Any) -> T:
    try:
        return kind(name) if default is environ.Env.NOTSET else kind(name, default=default)
    except ImproperlyConfigured:
        stop(f"{name} is not set. Set it in the environment; docs/running.md says what it is for.")
    except (ValueError, TypeError, KeyError):
        stop(f"{name} is not {what}. Correct it in the environment.")


def text(name: str, default: Any = environ.Env.NOTSET) -> str:
    return _read(_env.str, "text", name, default)


def switch(name: str, default: Any = environ.Env.NOTSET) -> bool:
    value = _read(_env.str, "text", name, "true" if default is True else "false" if default is False else default)
    if value.lower() not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        stop(f"{name} is not true or false. Correct it in the environment.")
    return value.lower() in {"true", "1", "yes", "on"}


def whole(name: str, default: Any = environ.Env.NOTSET, *, least: int = 0) -> int:
    if os.environ.get(name) == "":  # what a compose file passes on for a value that is not there
        del os.environ[name]
    value = _read(_env.int, "a whole number", name, default)
    if value < least:
        stop(f"{name} must be {least} or more. Correct it in the environment.")
    return value


def number(name: str, default: Any = environ.Env.NOTSET) -> float:
    return _read(_env.float, "a number", name, default)


def words(name: str, default: Any = environ.Env.NOTSET) -> list[str]:
    return _read(_env.list, "a list with commas", name, default)


def database(name: str) -> dict[str, Any]:
    parts = _read(
        _env.db_url, "a Postgres address like postgres://user:password@host:5432/name", name, environ.Env.NOTSET
    )
    if "postgres" not in parts.get("ENGINE", "") or not parts.get("NAME"):
        stop(f"{name} is not a Postgres address like postgres://user:password@host:5432/name.")
    return dict(parts)


def machine(name: str) -> tuple[str, int] | None:
    """Return a host and its port, or None where nothing is set."""
    said = text(name, "")
    host, _, port = said.rpartition(":")
    if said and not (host and port.isdigit() and 0 < int(port) < 65536):
        stop(f"{name} is not a machine and its port, like clamav:3310. Correct it in the environment.")
    return (host.strip("[]"), int(port)) if said else None


def hours(name: str, default: str) -> tuple[time, time] | None:
    """Return two times of the day, from an evening to a morning; None for "none"."""
    said = text(name, default)
    if said == "none":
        return None
    try:
        begins, ends = (time.fromisoformat(part) for part in said.split("-"))
    except ValueError:
        begins = ends = time.min
    if begins <= ends:
        stop(f"{name} is not from an evening to a morning, like 21:00-08:00, or none. Correct it in the environment.")
    return begins, ends


def choice(name: str, allowed: list[str], default: Any = environ.Env.NOTSET) -> str:
    value = text(name, default)
    if value not in allowed:
        stop(f"{name} must be one of {', '.join(allowed)}. Correct it in the environment.")
    return value

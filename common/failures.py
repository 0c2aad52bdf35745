"""The pages shown when something broke: what happened in plain words, and what to do next."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg2.errors import LockNotAvailable, QueryCanceled
from redis.exceptions import RedisError

from common.errors import CannotRecord

AWAY = (OperationalError, InterfaceError, RedisError, CannotRecord)
BUSY = (LockNotAvailable, QueryCanceled)  # someone else is changing the same, or Postgres had no time for it


def is_away(problem: BaseException | None) -> bool:
    """Whether the database or the broker could not be reached (or was too busy) just now."""
    return _came_of(problem, AWAY)


def _came_of(problem: BaseException | None, kinds: tuple[type[BaseException], ...]) -> bool:
    while problem is not None:
        if isinstance(problem, kinds):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where waiting will help, else 500. Neither page queries the database."""
    problem = sys.exc_info()[1]
    status, is_busy = 503 if is_away(problem) else 500, _came_of(problem, BUSY)
    page = render_to_string(f"{status}.html", {"request": request, "is_busy": is_busy})
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "5" if is_busy else "30"
    return response

"""The pages shown when something broke: what happened in plain words, and what to do next."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from common.errors import CannotRecord

AWAY = (OperationalError, InterfaceError, RedisError, CannotRecord)


def is_away(problem: BaseException | None) -> bool:
    """Whether the database or the broker could not be reached (or was too busy) just now."""
    while problem is not None:
        if isinstance(problem, AWAY):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where waiting will help, else 500. Neither page queries the database."""
    status = 503 if is_away(sys.exc_info()[1]) else 500
    response = HttpResponse(render_to_string(f"{status}.html", {"request": request}), status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "30"
    return response

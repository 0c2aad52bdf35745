"""Heavy requests: a file to clean, an import, an export, a bundle. One at a time for each account, two for a process.

So that ordinary pages stay quick, whatever anyone sends: another waits for nothing, and is told at once to try again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common import idempotency

View = Callable[..., HttpResponse]
IN_A_PROCESS = 2
_places = threading.BoundedSemaphore(IN_A_PROCESS)


def heavy(*methods: str) -> Callable[[View], View]:
    """Mark a view whose requests by these methods are heavy. What was typed is shown where there is no room for one."""

    def marked(view: View) -> View:
        @wraps(view)
        def one_at_a_time(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if ("GET" if request.method == "HEAD" else request.method) not in methods:
                return view(request, *args, **kwargs)
            with _room(request.user.pk or 0) as there_is:
                return view(request, *args, **kwargs) if there_is else _busy(request)

        one_at_a_time.heavy = methods  # type: ignore[attr-defined]
        return one_at_a_time

    return marked


@contextmanager
def _room(account: int) -> Iterator[bool]:
    """Whether there is room for one more. The account's lock is the database's, until the transaction ends."""
    if not _places.acquire(blocking=False):
        yield False
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"heavy:{account}"])
            (is_first,) = cursor.fetchone()
        yield is_first
    finally:
        _places.release()


def _busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "429_heavy.html", {"typed": idempotency.typed(request)}, status=429)
    response["Retry-After"] = "10"
    return response

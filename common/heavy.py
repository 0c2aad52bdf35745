"""Heavy requests: a file to clean, an import, an export, a bundle. One at a time for each account, two for a process.

So that ordinary pages stay quick, whatever anyone sends: another waits for nothing, and is told at once to try again.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common import idempotency

View = Callable[..., HttpResponse]
IN_A_PROCESS = 2
LONGEST = 5 * 60  # seconds
_places = threading.BoundedSemaphore(IN_A_PROCESS)


def heavy(*methods: str, of: Callable[..., int] | None = None) -> Callable[[View], View]:
    """Mark a view whose requests by these methods are heavy. What was typed is shown where there is no room for one.

    `of` says from what the view is given whose room it takes, where that is no account's: a number below zero.
    """

    def marked(view: View) -> View:
        @wraps(view)
        def one_at_a_time(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if ("GET" if request.method == "HEAD" else request.method) not in methods:
                return view(request, *args, **kwargs)
            room = Room(of(request, *args, **kwargs) if of else request.user.pk or 0)
            if not room.taken:
                return _busy(request)
            stays = False
            try:
                response = view(request, *args, **kwargs)
                stays = response.streaming
                if stays:
                    room.leave_with(response)
                return response
            finally:
                if not stays:
                    room.leave()

        one_at_a_time.heavy = methods  # type: ignore[attr-defined]
        return one_at_a_time

    return marked


class Room:
    """One of the places in this process, and the account's own. The account's is the database's until the transaction
    ends; and the cache's while a file is still going out, which it may for LONGEST."""

    def __init__(self, account: int) -> None:
        self.mark = f"heavy:{account}"
        self.taken = False
        if _places.acquire(blocking=False):
            try:
                self.taken = self._is_first()
            finally:
                if not self.taken:
                    self.leave()

    def _is_first(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [self.mark])
            return bool(cursor.fetchone()[0]) and not cache.get(self.mark)

    def leave(self) -> None:
        _places.release()

    def leave_with(self, response: HttpResponse) -> None:
        """Leave once the whole answer has gone out, or nobody will send it any more."""
        cache.set(self.mark, True, LONGEST)
        done = weakref.finalize(response, self._leave_at_last)
        response._resource_closers.append(done)  # type: ignore[attr-defined]  # what Django closes with it

    def _leave_at_last(self) -> None:
        self.leave()
        cache.delete(self.mark)


def _busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "429_heavy.html", {"typed": idempotency.typed(request)}, status=429)
    response["Retry-After"] = "10"
    return response

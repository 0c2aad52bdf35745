"""How often an account may search, write notes and take copies in an hour. More is no one person's work.

Past the limit a request is refused, with what was typed shown, and is a line of unusual use.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from redis.exceptions import RedisError

from common import idempotency
from people.access import access_log

View = Callable[..., HttpResponse]
What = Literal["searches", "suggestions", "notes", "exports"]
HOUR = 3600  # seconds
log = logging.getLogger(__name__)


def at_most(what: What) -> Callable[[View], View]:
    """Count a view's requests against the account: the forms sent in, for notes; else what is asked for in words."""

    def marked(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if _counts(request, what) and not _within(request, what, timezone.now()):
                access_log.stopped(request)
                return _slow_down(request)
            return view(request, *args, **kwargs)

        counted.at_most = what  # type: ignore[attr-defined]
        return counted

    return marked


def _counts(request: HttpRequest, what: What) -> bool:
    if what == "notes":
        return request.method == "POST"
    return what == "exports" or bool(request.GET)


def _within(request: HttpRequest, what: What, now: datetime) -> bool:
    """Count one more. While the cache is away nobody is kept from their work."""
    place = f"an-hour:{what}:{request.user.pk}:{now:%Y%m%d%H}"
    try:
        cache.add(place, 0, HOUR)
        return cache.incr(place) <= settings.MOST_AN_HOUR[what]
    except (RedisError, ValueError):  # ValueError: it was forgotten between the two
        log.warning("%s could not be counted", what)
        return True


def _slow_down(request: HttpRequest) -> HttpResponse:
    response = render(request, "429_limit.html", {"typed": idempotency.typed(request)}, status=429)
    response["Retry-After"] = str(HOUR)
    return response

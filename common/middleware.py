"""Small things around every request: compression, an id for the logs, clean addresses, limits, and idempotency."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from common import idempotency
from common.logs import request_id

access = logging.getLogger("access")
Next = Callable[[HttpRequest], HttpResponse]
TEXT = re.compile(r"text/|image/svg\+xml|application/(?:[\w.-]+\+)?(?:json|xml|yaml)\b|application/vnd\.oai\.openapi\b")


class CompressionMiddleware(GZipMiddleware):
    """Send text compressed, and leave PDFs, ZIP files and pictures as they are: they are compressed already.

    Django adds a random length to each answer, and masks the CSRF token in it. So nobody can work out a secret on a
    page from how short the page gets when they guess it (the BREACH attack). A proxy's own gzip would not do that.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not TEXT.match(response.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


class RequestIdMiddleware:
    """Give each request an id, for error pages, logs and access events, and log one line about it.

    The line leaves the query out, since a search may be a name.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, began = request_id.set(uuid.uuid4().hex[:12]), time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            taken = (time.perf_counter() - began) * 1000
            access.info("%s %s %s %.0f ms", request.method, request.path, response.status_code, taken)
            return response
        finally:
            request_id.reset(token)


class CleanAddressMiddleware:
    """Refuse an address with NUL in it, which Postgres cannot be asked about."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class BodyLimitMiddleware:
    """Refuse a body larger than any form or file of ours, before reading it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if not said.isdigit() or int(said) > settings.LARGEST_BODY:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class IdempotencyMiddleware:
    """Carry out a form with an idempotency key once, however often it is sent."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = idempotency.read_key(request)
        return self.get_response(request) if key is None else idempotency.answer(request, key, self.get_response)

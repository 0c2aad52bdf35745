"""Small things around every request: compression, an id for the logs, clean addresses, limits, and idempotency."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from common import idempotency, versions
from common.logs import request_id

access = logging.getLogger("access")
Next = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponse])
NOTHING_OF_THE_DEVICE = ", ".join(
    f"{name}=()" for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)
METHODS = ["GET", "HEAD", "POST"]
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
    """Refuse an address with NUL in it, which Postgres cannot be asked about; and say what no answer of ours is for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = NOTHING_OF_THE_DEVICE
        response["Cross-Origin-Resource-Policy"] = "same-origin"
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


def takes_nothing(view: View) -> View:
    """Mark a view whose form has no field and no key: signing out, say, which must never be refused."""
    view.takes_nothing = True  # type: ignore[attr-defined]
    return view


class FormMiddleware:
    """Refuse what no page of ours sends: another method than a browser's, and a form with nothing in it but its token.

    A form of ours always carries its idempotency key (the tag `form`). The API says for itself what it takes.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if hasattr(view, "cls"):
            return None
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        is_empty = not set(request.POST) - {"csrfmiddlewaretoken", versions.FIELD} and not request.FILES
        if request.method == "POST" and is_empty and not hasattr(view, "takes_nothing"):
            return render(request, "400_empty.html", status=400)
        return None


class IdempotencyMiddleware:
    """Carry out a form with an idempotency key once, however often it is sent."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = idempotency.read_key(request)
        return self.get_response(request) if key is None else idempotency.answer(request, key, self.get_response)


class HtmxRedirectMiddleware:
    """Send the whole page on where an act was sent from a part of it. A script that followed would fill the part."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") and 300 <= response.status_code < 400 and response.has_header("Location"):
            sent_on = HttpResponseClientRedirect(response["Location"])
            sent_on.cookies = response.cookies
            return sent_on
        return response

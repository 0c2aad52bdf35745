"""How long a sign-in lasts: shorter for participants, whose phone may be shared, at most a working day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from common.postgres.actor import as_service
from people.access import drafts
from people.access.abilities import actor
from people.sign_in import lockouts, sign_ins

BEGAN, SEEN = "signed_in_at", "seen_at"
TOUCH = 60  # seconds between two updates of when someone was last here
EARLY = 5  # seconds by which a page's clock may be ahead
Next = Callable[[HttpRequest], HttpResponse]


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = time.time()


class SessionTimeoutMiddleware:
    """Sign out a user who has been away too long. Record now and then that they are here, and where."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _keep_time(request)
        response = self.get_response(request)
        lockouts.write(request)
        sign_ins.write(request)
        return response


@as_service()  # one turn for the session and the account, which only the service reads
def _keep_time(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        return
    session, now = request.session, time.time()
    away = now - session.get(SEEN, now)
    sent_away = _is_sent_away(request)
    early = EARLY if sent_away else 0
    if now - session.get(BEGAN, now) >= settings.SESSION_LONGEST - early or _too_long(request, away + early):
        logout(request)
        request.__dict__["timed_out"] = True
    elif sent_away:
        return  # another page of theirs keeps the session; an unanswered page does not
    elif SEEN not in session or away >= TOUCH:
        session[SEEN] = now
        session.setdefault(BEGAN, now)
        UserSession.objects.create_from_request(request)


def _is_sent_away(request: HttpRequest) -> bool:
    """Whether a page sent itself here because nobody answered its question (stay.js)."""
    return request.GET.get("why") == "away" and request.path == resolve_url(settings.LOGIN_URL)


def renew(request: HttpRequest) -> None:
    """Extend the session: the user pressed or typed something."""
    request.session[SEEN] = time.time()


def left(request: HttpRequest) -> dict[str, Any]:
    """Return the seconds until sign-out, and whether nothing can put it off."""
    session, now = request.session, time.time()
    timeout = settings.PARTICIPANT_TIMEOUT if actor(request).is_only_participant else settings.STAFF_TIMEOUT
    away = session.get(SEEN, now) + timeout - now
    longest = session.get(BEGAN, now) + settings.SESSION_LONGEST - now
    return {"seconds": max(0, int(min(away, longest))), "final": longest <= away}


def _too_long(request: HttpRequest, away: float) -> bool:
    if away < min(settings.STAFF_TIMEOUT, settings.PARTICIPANT_TIMEOUT):
        return False
    return away >= (settings.PARTICIPANT_TIMEOUT if actor(request).is_only_participant else settings.STAFF_TIMEOUT)


class SignInMiddleware(LoginRequiredMiddleware):
    """Redirect to the sign-in page, which says why and leads back."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        why = {"why": "away"} if request.__dict__.get("timed_out") else {}
        page = drafts.save_of_ended_session(request) if drafts.TOKEN in request.POST else ""
        asked = {"next": page or came_from(request), **why, **({"saved": "1"} if page else {})}
        address = f"{resolve_url(self.get_login_url(view_func))}?{urlencode(asked)}"
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def came_from(request: HttpRequest) -> str:
    """Return the page to come back to: this one, or the one whose form or part this is."""
    if request.method == "GET" and not request.htmx:  # type: ignore[attr-defined]
        return request.get_full_path()
    page = str(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

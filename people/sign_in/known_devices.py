"""Browsers that have signed in to an account before. A cookie says so; it opens nothing, and is never delayed."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.signals import user_logged_in
from django.conf import settings
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from people.models import User

COOKIE = "known_device"
SALT = "people.sign_in.known_devices"
DAYS = 180
MOST = 5  # accounts that one browser is known for


def known(request: HttpRequest, user: User | None) -> str:
    """The browser's own mark where it has signed in to this account, since anyone last ended its sessions."""
    found = _read(request)
    if user is None or found["accounts"].get(str(user.pk)) != user.sign_in_round:
        return ""
    return str(found["device"])


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 3600)
        return {"device": str(found["device"]), "accounts": dict(found["accounts"])}
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return {"device": secrets.token_urlsafe(16), "accounts": {}}


@receiver(user_logged_in)
def remember(sender: Any, request: HttpRequest, response: HttpResponse, user: User, **kwargs: Any) -> None:
    """Know this browser from now on. Not for participants, whose phone may be shared."""
    if user.is_only_participant:
        return
    found = _read(request)
    others = {pk: at for pk, at in found["accounts"].items() if pk != str(user.pk)}
    accounts = dict(list(others.items())[-(MOST - 1) :]) | {str(user.pk): user.sign_in_round}
    response.set_cookie(
        COOKIE, signing.dumps({"device": found["device"], "accounts": accounts}, salt=SALT), max_age=DAYS * 24 * 3600,
        path="/accounts/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip

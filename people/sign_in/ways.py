"""By which way in a session began. Until that is confirmed, what the person agrees to or asks for waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.postgres.actor import as_service
from people.access import known_addresses
from people.models import SignInChange, User

PLACE = "way_in"  # in the session: the change that the way in came from
OPEN = "way_in_open"  # in the session, while it is not known to be confirmed
Kind, State = SignInChange.Kind, SignInChange.State
Next = Callable[[HttpRequest], HttpResponse]


def used(request: HttpRequest, user: User) -> SignInChange | None:
    """The change that this sign-in's phone number, e-mail address or letter came from."""
    for record in reversed(get_authentication_records(request, user)):
        if record.get("method") == "paper":
            return of_session(record.get("way_in"))
        if record.get("method") == "code":
            kind = Kind.PHONE if record.get("phone") else Kind.EMAIL
            address = str(record.get("phone") or record.get("email") or "").lower()
            return known_addresses.way_in(user, kind, address)
    return None


@as_service()
def of_session(pk: Any) -> SignInChange | None:
    return SignInChange.objects.select_related("by").filter(pk=pk).first() if isinstance(pk, int) else None


def stopped(request: HttpRequest, user: User) -> HttpResponse | None:
    """The page for a way in that someone said is not theirs, or that staff found not to be."""
    way = used(request, user)
    if way is None or way.state not in (State.DISPUTED, State.REFUSED):
        return None
    clear_login(request)
    return render(request, "account/sign_in_stopped.html", status=403)


@receiver(user_logged_in)
def remember(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    if way := used(request, user):
        request.session[PLACE] = way.pk
        request.session[OPEN] = way.is_open


class WayInMiddleware:
    """Put the way in that waits to be confirmed on the user, where services find it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            request.user.way_in_id = request.session.get(PLACE)
            if request.session.get(OPEN):
                self._look(request, request.user)
        return self.get_response(request)

    def _look(self, request: HttpRequest, user: User) -> None:
        way = of_session(user.way_in_id)
        if way is not None and way.state == State.WAITING:
            user.unconfirmed_way = way
        elif way is not None and way.state in (State.DISPUTED, State.REFUSED):
            logout(request)
        else:
            request.session[OPEN] = False

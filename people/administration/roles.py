"""Which of the roles it holds an account acts as: one at a time in a request, chosen by its user for a session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from people.models import Membership, User

PLACE = "acts_as"
Next = Callable[[HttpRequest], HttpResponse]


class RoleMiddleware:
    """The user of a request acts as one role. A choice that no longer holds falls back to the usual one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            chosen = request.session.get(PLACE)
            request.user.acts_as = chosen if isinstance(chosen, int) else 0
        return self.get_response(request)


def choose(request: HttpRequest, membership: Membership) -> None:
    """Act as this role from now on, in this session."""
    request.session[PLACE] = membership.pk
    request.session.cycle_key()  # what one may do has changed: an older key must not carry it

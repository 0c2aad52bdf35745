"""Which of its roles an account acts in: one at a time, chosen by the user for a session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from people.models import Membership, User

PLACE = "acts_as"
Next = Callable[[HttpRequest], HttpResponse]


class RoleMiddleware:
    """Let the user act in one role. A choice that has ended falls back to the usual one."""

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
    request.session.cycle_key()  # the abilities have changed, so an older key must not carry them

"""What the data-protection officer's pages share. The officer has no access grant, but a duty to everyone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people.access.abilities import Can, actor, only
from people.models import ExportRequest


def agreed_to(request: HttpRequest, **which: Any) -> ExportRequest | None:
    """The viewer's own request for a file, which `export` in the address names and a second person agreed to."""
    key = request.GET.get("export", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    found = ExportRequest.objects.usable(actor(request), timezone.now()).filter(pk=int(key), **which)
    # A copy that was made again since is another one than was agreed to.
    return found.exclude(access__made_at__gt=F("answered_at")).first()


def for_everyone(ability: Can) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Only for this ability, which reaches people whom nobody assigned to the viewer: so the database is asked as the
    service itself. Each page records whom it was about."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with acting_as(SYSTEM):
                return view(request, *args, **kwargs)

        return only(ability)(guarded)

    return decorate

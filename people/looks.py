"""Who looked at whom. Views say whom they show; the middleware writes it down before anything is shown."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from common.logs import request_id
from common.postgres.actor import SYSTEM, acting_as
from people.models import Look, Participant, User

_PLACE = "_looks"


def _note(request: HttpRequest, kind: Look.Kind, ids: Iterable[int]) -> None:
    noted: dict[str, set[int]] = request.__dict__.setdefault(_PLACE, {})
    noted.setdefault(kind, set()).update(ids)


def opened(request: HttpRequest, person: Participant) -> None:
    """This page shows, or changes, one person's record."""
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    _note(request, Look.Kind.CHANGE if changes else Look.Kind.PERSON, [person.pk])


def listed(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This page shows each of these people in a list."""
    _note(request, Look.Kind.LIST, people_ids)


def exported(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This answer is a file that the viewer takes away."""
    _note(request, Look.Kind.EXPORT, people_ids)


def changed(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This request changed each of these people's records."""
    _note(request, Look.Kind.CHANGE, people_ids)


def refused(request: HttpRequest, ref: UUID) -> None:
    """This person was asked for by someone who may not see them (or there is no such person)."""
    with acting_as(SYSTEM):
        _note(request, Look.Kind.REFUSED, Participant.objects.filter(ref=ref).values_list("pk", flat=True))


def write(request: HttpRequest) -> None:
    """Write down what this request showed. One insert, however many people."""
    noted: dict[str, set[int]] = request.__dict__.get(_PLACE, {})
    if not any(noted.values()):
        return
    user = request.user if isinstance(request.user, User) else None
    match = request.resolver_match
    Look.objects.bulk_create(
        Look(
            at=timezone.now(),
            user=user,
            roles=",".join(sorted(user.roles)) if user else "",
            kind=kind,
            page=(match.view_name if match else "")[:100],
            participants=sorted(ids),
            request_id=request_id.get(),
        )
        for kind, ids in noted.items()
        if ids
    )

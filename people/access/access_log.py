"""The access log. Views note whom they show; the middleware records it before the page is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from common.logs import request_id
from common.postgres.actor import SYSTEM, acting_as
from people.access.whom import is_one_of
from people.models import AccessEvent, AccessGrant, Participant, User

_PLACE = "_looks"
_WHYS = "_whys_of_looks"
PANEL = "PANEL"  # whoever votes on a request reads it without the name, and has no access grant
FINANCE = "FINANCE"  # whoever pays for many sees sums and payees
RIGHTS = "RIGHTS"  # the data-protection officer has no access grant, but a duty
# At one level the first of these counts. BREAK_GLASS counts only where there is no other grant.
STRENGTH = ["SELF", "ASSIGNED", "TEAM", "AREA", "PRISON", "ENROLLED", "REFERRAL", "CIRCLE"]
OF_NOBODY = (AccessEvent.Kind.REFUSED, AccessEvent.Kind.AUDIT, AccessEvent.Kind.TOO_OFTEN)  # may be, and are recorded
KEY = re.compile(r"[A-Za-z0-9-]{1,40}")
LETS_IN = {"token", "key"}  # parts of an address that are never recorded


def _note(request: HttpRequest, kind: AccessEvent.Kind, ids: Iterable[int]) -> None:
    noted: dict[str, set[int]] = request.__dict__.setdefault(_PLACE, {})
    noted.setdefault(kind, set()).update(ids)


def only_one(request: HttpRequest) -> int | None:
    """The one person whose record this page shows or changes; None where there is none, or there are several."""
    noted: dict[str, set[int]] = request.__dict__.get(_PLACE, {})
    ids = noted.get(AccessEvent.Kind.PERSON, set()) | noted.get(AccessEvent.Kind.CHANGE, set())
    return next(iter(ids)) if len(ids) == 1 else None


def opened(request: HttpRequest, person: Participant, *, changes: bool | None = None) -> None:
    """This page shows, or `changes`, one person's record. The request's method says which, where nothing else does."""
    if changes is None:
        changes = request.method not in ("GET", "HEAD", "OPTIONS")
    _note(request, AccessEvent.Kind.CHANGE if changes else AccessEvent.Kind.PERSON, [person.pk])


def read_without_name(request: HttpRequest, person: Participant) -> None:
    """This page shows something of one person to a member of a panel, without their name."""
    opened(request, person)
    request.__dict__.setdefault(_WHYS, {})[person.pk] = PANEL


def listed_without_names(request: HttpRequest, people_ids: Iterable[int], why: str = PANEL) -> None:
    """This page shows something of each of these people, without their names, to someone with no access to them."""
    ids = list(people_ids)
    _note(request, AccessEvent.Kind.LIST, ids)
    request.__dict__.setdefault(_WHYS, {}).update(dict.fromkeys(ids, why))


def listed(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This page shows each of these people in a list."""
    _note(request, AccessEvent.Kind.LIST, people_ids)


def exported(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This answer is a file that the viewer takes away."""
    _note(request, AccessEvent.Kind.EXPORT, people_ids)


def changed(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This request changed each of these people's records."""
    _note(request, AccessEvent.Kind.CHANGE, people_ids)


def audited(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """This page shows the access log of these people, or of nobody in particular."""
    _note(request, AccessEvent.Kind.AUDIT, people_ids)


def refused(request: HttpRequest, ref: UUID) -> None:
    """The viewer asked for a person whom they may not see, or who does not exist."""
    with acting_as(SYSTEM):  # row-level security hides this person from the viewer
        _note(request, AccessEvent.Kind.REFUSED, Participant.objects.filter(ref=ref).values_list("pk", flat=True))


def kept_from(request: HttpRequest, people_ids: Iterable[int]) -> None:
    """The viewer asked, by number, for people whom they may not see."""
    if ids := set(people_ids):
        _note(request, AccessEvent.Kind.REFUSED, ids)


def stopped(request: HttpRequest) -> None:
    """The viewer searched, wrote or took copies more often than an account may."""
    _note(request, AccessEvent.Kind.TOO_OFTEN, [])


def answered(request: HttpRequest, response: HttpResponse) -> None:
    """Look at the response: a form shown again changed nothing, and a refusal that no view noted is noted here."""
    _came_back(request, response)
    match = request.resolver_match
    known = request.user.is_authenticated or (match and match.kwargs)
    refusal = response.status_code == 403 or (response.status_code == 404 and match and match.kwargs)
    if not (known and refusal) or AccessEvent.Kind.REFUSED in request.__dict__.get(_PLACE, {}):
        return
    try:
        refused(request, UUID(str(match.kwargs["ref"]) if match else ""))
    except (KeyError, ValueError):  # no person in the address
        _note(request, AccessEvent.Kind.REFUSED, [])


def _came_back(request: HttpRequest, response: HttpResponse) -> None:
    """Note a form that is shown again with its problems as opened, not changed."""
    noted: dict[str, set[int]] = request.__dict__.get(_PLACE, {})
    if response.status_code == 200 and "HX-Request" not in request.headers and AccessEvent.Kind.CHANGE in noted:
        _note(request, AccessEvent.Kind.PERSON, noted.pop(AccessEvent.Kind.CHANGE))


def write(request: HttpRequest, began: datetime) -> None:
    """Record what this request showed, in one insert."""
    noted: dict[str, set[int]] = request.__dict__.get(_PLACE, {})
    rows = [(kind, ids) for kind, ids in noted.items() if ids or kind in OF_NOBODY]
    if not rows:
        return
    user = request.user if isinstance(request.user, User) else None
    match = request.resolver_match
    shown = {pk for kind, ids in rows if kind not in OF_NOBODY for pk in ids}
    whys = reasons(user, shown, since=began) | request.__dict__.get(_WHYS, {})
    AccessEvent.objects.bulk_create(
        AccessEvent(
            at=timezone.now(),
            user=user,
            roles=",".join(sorted(user.roles)) if user else "",
            kind=kind,
            page=(match.view_name if match else "")[:100],
            participants=sorted(of_one_why),
            request_id=request_id.get(),
            why=why,
            target=target(match.kwargs if match else {}),
        )
        for kind, ids in rows
        for why, of_one_why in by_why(kind, ids, whys).items()
    )


def by_task(user: User, kind: str, people_ids: Iterable[int], *, page: str, now: datetime) -> None:
    """Record what a task did for this user, as the page that asked for it would have."""
    if ids := set(people_ids):
        whys = reasons(user, ids, since=now)
        AccessEvent.objects.bulk_create(
            AccessEvent(
                at=now, user=user, roles=",".join(sorted(user.roles)), kind=kind, page=page, why=why,
                participants=sorted(of_one_why), request_id=request_id.get(), target="",
            )
            for why, of_one_why in by_why(kind, ids, whys).items()
        )  # fmt: skip


def by_why(kind: str, ids: set[int], whys: dict[int, str]) -> dict[str, set[int]]:
    """Group these people by the reason for access. A refusal has none; an audit always has the same."""
    if kind in (AccessEvent.Kind.REFUSED, AccessEvent.Kind.TOO_OFTEN):
        return {"": ids}
    if kind == AccessEvent.Kind.AUDIT:
        return {RIGHTS: ids}
    found: dict[str, set[int]] = {}
    for pk in ids:
        found.setdefault(whys.get(pk, ""), set()).add(pk)
    return found


def reasons(user: User | None, ids: set[int], *, since: datetime) -> dict[int, str]:
    """Return why the user may see each person: the strongest grant that was current during this request."""
    if user is None:  # no account: a provider's signed link
        return dict.fromkeys(ids, AccessGrant.Why.REFERRAL)
    in_force = Q(starts_at__lte=timezone.now()) & (Q(ends_at=None) | Q(ends_at__gte=since))
    with acting_as(SYSTEM):  # the request may have ended the viewer's own grant
        rows = list(
            AccessGrant.objects.filter(in_force, is_one_of("participant", list(ids)))
            .of(user)
            .values_list("participant", "level", "why")
        )
    rows.sort(key=lambda row: (row[1], -strength(row[2])))  # the strongest last, so that it stays
    return {pk: why for pk, level, why in rows}


def strength(why: str) -> int:
    return STRENGTH.index(why) if why in STRENGTH else 99 if why == "BREAK_GLASS" else 50


def target(keys: dict[str, object]) -> str:
    """Return the keys in the address that cannot be anybody's words."""
    told = [f"{name}={value}" for name, value in keys.items() if name not in LETS_IN and KEY.fullmatch(str(value))]
    return " ".join(told)[:100]

"""Draw a page of one person's file: the header, the tabs and the page's own content."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, Trim
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from people.access.abilities import actor
from people.models import (
    AccessGrant,
    Assignment,
    CustodyEvent,
    Level,
    OtherName,
    Participant,
    SafeContact,
    Sentence,
    Supervision,
    User,
)  # fmt: skip
from people.record.documents import photo_of
from people.record.tabs import actions_for, tabs_of

NAMES_SHOWN = 3  # of their other names
NOTHING: tuple[Any, ...] = (None, None, None, [], None, True, None)


def person_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a page that extends people/person.html. `context` has the `person`, and the key of its `tab`.

    In an emergency the page has no forms, unless its own context says `read_only: False`.
    """
    person, today = context["person"], timezone.localdate()
    header = header_of(person, today, viewer=actor(request))
    shared = {"header": header, "read_only": header["read_only_until"] is not None}
    return render(request, template, {**shared, "person_tabs": tabs_of(person, context.get("tab", "")), **context})


def header_of(person: Participant, today: date, *, viewer: User) -> dict[str, Any]:
    """Return what shows that this is the right person, in two queries on any page."""
    mine = {"participant": OuterRef("pk")}
    custody = Sentence.objects.filter(kind=Sentence.Kind.CUSTODY, **mine).order_by("-starts_on")
    released = CustodyEvent.objects.standing().filter(kind=CustodyEvent.Kind.RELEASED, **mine).newest_first()
    other = OtherName.objects.filter(**mine).annotate(whole=Trim(Concat("given_name", Value(" "), "family_name")))
    facts = Participant.objects.filter(pk=person.pk).values_list(
        Subquery(Assignment.objects.current(today).filter(**mine).values("practitioner__name")[:1]),
        Coalesce(Subquery(custody.values("release_on")[:1]), Subquery(released.values("happened_on")[:1])),
        Subquery(Supervision.objects.current(today).filter(**mine).values("supervisor__name")[:1]),
        ArraySubquery(other.order_by("pk").values(said=JSONObject(name="whole", kind="kind"))[: NAMES_SHOWN + 1]),
        Subquery(SafeContact.objects.visible_to(viewer).filter(**mine).values("note")[:1]),
        Exists(AccessGrant.objects.current().of(viewer).at_least(Level.FULL).to_change().filter(**mine)),
        Subquery(AccessGrant.objects.emergency().of(viewer).filter(**mine).order_by("-ends_at").values("ends_at")[:1]),
    )
    lead, release_on, supervisor, names, careful, to_change, until = facts.first() or NOTHING
    return {
        "actions": actions_for(person, viewer, read_only=not to_change),
        "other_names": [(name["name"], OtherName.Kind(name["kind"]).label) for name in names[:NAMES_SHOWN]],
        "more_names": len(names) > NAMES_SHOWN,
        "age": person.age_on(today), "lead": lead, "release_on": release_on, "supervisor": supervisor,
        "safe_contact": careful, "photo": photo_of(person), "today": today,
        "read_only_until": None if to_change else until,
    }  # fmt: skip

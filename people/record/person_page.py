"""Draw a page of one person's file: the header, the tabs and the page's own content."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from people.access.abilities import actor
from people.models import (
    AccessGrant,
    Assignment,
    Level,
    Participant,
    SafeContact,
    Sentence,
    Supervision,
    User,
)  # fmt: skip
from people.record.documents import photo_of
from people.record.tabs import tabs_of


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
    facts = Participant.objects.filter(pk=person.pk).values_list(
        Subquery(Assignment.objects.current(today).filter(**mine).values("practitioner__name")[:1]),
        Subquery(custody.values("release_on")[:1]),
        Subquery(Supervision.objects.current(today).filter(**mine).values("supervisor__name")[:1]),
        Exists(SafeContact.objects.filter(**mine)),
        Exists(AccessGrant.objects.current().of(viewer).at_least(Level.FULL).to_change().filter(**mine)),
        Subquery(AccessGrant.objects.emergency().of(viewer).filter(**mine).order_by("-ends_at").values("ends_at")[:1]),
    )
    lead, release_on, supervisor, careful, to_change, until = facts.first() or (None, None, None, False, True, None)
    return {
        "age": person.age_on(today), "lead": lead, "release_on": release_on, "supervisor": supervisor,
        "safe_contact": careful, "photo": photo_of(person), "today": today,
        "read_only_until": None if to_change else until,
    }  # fmt: skip

"""What pages about one person share: the header that chooses the right person, and the parts of their file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.db.models import Exists, OuterRef, Subquery
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone

from people.access.abilities import Can, can
from people.access.access_history import BECAUSE, WORDS
from people.models import (
    AccessGrant,
    Assignment,
    Message,
    Participant,
    RiskBand,
    Role,
    SafeContact,
    Sentence,
    Supervision,
    phones,
)  # fmt: skip
from people.record.documents import photo_of

register = template.Library()
TABS = [
    ("overview", "Overview", "person-overview"),
    ("plan", "Life plan", "lifeplans:plan"),
    ("meetings", "Meetings", "engagement:meetings"),
    ("services", "Help and services", "providers:person-services"),
    ("money", "Money", "budgets:person-money"),
    ("details", "Details", "people:person-details"),
    ("circle", "Circle", "people:person-circle"),
    ("documents", "Documents", "people:document-list"),
]
RISK_COLOURS = {RiskBand.LOW: "green", RiskBand.MEDIUM: "yellow", RiskBand.HIGH: "orange", RiskBand.VERY_HIGH: "red"}

STATE_COLOURS = {
    Message.State.WAITING: "blue", Message.State.SENT: "green", Message.State.PARKED: "red",
    Message.State.TOO_LATE: "orange",
    Message.State.WITHDRAWN: "grey",
}  # fmt: skip


def header_facts(person: Participant, today: date) -> dict[str, Any]:
    """The day of release, the worker inside, and whether there is something to mind in reaching them: one query."""
    mine = {"participant": OuterRef("pk")}
    custody = Sentence.objects.filter(kind=Sentence.Kind.CUSTODY, **mine).order_by("-starts_on")
    inside = Supervision.objects.live(today).filter(**mine)
    facts = Participant.objects.filter(pk=person.pk).values_list(
        Subquery(custody.values("release_on")[:1]),
        Subquery(inside.values("supervisor__name")[:1]),
        Exists(SafeContact.objects.filter(**mine)),
    )
    release_on, supervisor, mind = facts.first() or (None, None, False)
    return {"release_on": release_on, "supervisor": supervisor, "safe_contact": mind}


@register.inclusion_tag("people/header.html")
def person_header(person: Participant) -> dict[str, Any]:
    """Enough to be sure that this is the right person: three queries, whatever the page."""
    today = timezone.localdate()
    lead = Assignment.objects.live(today).filter(participant=person).select_related("practitioner").first()
    return {
        "person": person,
        "age": person.age_on(today),
        "lead": lead.practitioner if lead else None,
        "today": today,
        **header_facts(person, today),
        "photo": photo_of(person),
    }


@register.simple_tag
def person_tabs(person: Participant, tab: str = "") -> list[dict[str, Any]]:
    return [{"text": text, "href": reverse(name, args=[person.ref]), "current": key == tab} for key, text, name in TABS]


@register.filter
def risk_colour(band: str) -> str:
    return RISK_COLOURS.get(RiskBand(band), "grey") if band in RiskBand.values else "grey"


@register.simple_tag(takes_context=True)
def may(context: Context, ability: str) -> bool:
    """Whether the viewer has this ability, for leaving out a link that would only refuse them."""
    return can(context["request"].user, Can[ability])


register.filter("phone", phones.in_words)


@register.filter
def state_colour(state: str) -> str:
    return STATE_COLOURS.get(Message.State(state), "grey")


@register.filter
def access_words(kind: str) -> str:
    """What a look was, said to the person it was at."""
    return WORDS.get(kind, "looked at your record")  # type: ignore[call-overload]


@register.filter
def because(why: str) -> str:
    """Why someone could look, said to the person: "because they are your practitioner"."""
    return BECAUSE.get(why, "")


@register.filter
def reason(why: str) -> str:
    """Why someone could look, for the officer."""
    return "A duty over data" if why == "RIGHTS" else str(dict(AccessGrant.Why.choices).get(why, why)) or "–"


@register.filter
def job(roles: str) -> str:
    """The roles someone acted in, in words: "PRACTITIONER,MANAGER" → "practitioner and team manager"."""
    return " and ".join(Role(role).label.lower() for role in roles.split(",") if role in Role.values)

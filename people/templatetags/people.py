"""What pages about one person share: the header that chooses the right person, and the parts of their file."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone

from people.access import Can, can
from people.models import Assignment, Participant, RiskBand, Sentence

register = template.Library()
TABS = [
    ("overview", "Overview", "person-overview"),
    ("plan", "Life plan", "lifeplans:plan"),
    ("meetings", "Meetings", "engagement:meetings"),
    ("services", "Help and services", "providers:person-services"),
    ("money", "Money", "budgets:person-money"),
    ("details", "Details", "people:person-details"),
    ("circle", "Circle", "people:person-circle"),
]
RISK_COLOURS = {RiskBand.LOW: "green", RiskBand.MEDIUM: "yellow", RiskBand.HIGH: "orange", RiskBand.VERY_HIGH: "red"}


@register.inclusion_tag("people/header.html")
def person_header(person: Participant) -> dict[str, Any]:
    """Enough to be sure that this is the right person: two queries, whatever the page."""
    today = timezone.localdate()
    lead = Assignment.objects.live(today).filter(participant=person).select_related("practitioner").first()
    custody = Sentence.objects.filter(participant=person, kind=Sentence.Kind.CUSTODY).order_by("-starts_on").first()
    return {
        "person": person,
        "age": person.age_on(today),
        "lead": lead.practitioner if lead else None,
        "release_on": custody.release_on if custody else None,
        "today": today,
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

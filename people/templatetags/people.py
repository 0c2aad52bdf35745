"""What pages about one person share: the header that chooses the right person, and the parts of their file."""

from __future__ import annotations

from django import template
from django.template.context import Context

from people.access import access_history
from people.access.abilities import IN_EMERGENCY, Can, can
from people.access.access_history import BECAUSE, WORDS
from people.models import (
    AccessGrant,
    Message,
    RiskBand,
    Role,
    phones,
)  # fmt: skip

register = template.Library()
RISK_COLOURS = {RiskBand.LOW: "green", RiskBand.MEDIUM: "yellow", RiskBand.HIGH: "orange", RiskBand.VERY_HIGH: "red"}

STATE_COLOURS = {
    Message.State.WAITING: "blue", Message.State.SENT: "green", Message.State.PARKED: "red",
    Message.State.TOO_LATE: "orange",
    Message.State.WITHDRAWN: "grey",
}  # fmt: skip


@register.filter
def risk_colour(band: str) -> str:
    return RISK_COLOURS.get(RiskBand(band), "grey") if band in RiskBand.values else "grey"


@register.simple_tag(takes_context=True)
def may(context: Context, ability: str) -> bool:
    """Whether the viewer has this ability here, for leaving out a link that would only refuse them."""
    header = context.get("header") or {}
    if header.get("read_only_until") and Can[ability] not in IN_EMERGENCY:
        return False
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
    others = {
        "RIGHTS": "A duty over data",
        "PANEL": "On a panel, without the name",
        "FINANCE": "Pays, without a name",
    }
    return others.get(why) or str(dict(AccessGrant.Why.choices).get(why, why)) or "–"


@register.filter
def page_words(page: str) -> str:
    """The name of a page, said: "people:person-details" → "Person details"."""
    return access_history.page_in_words(page)


@register.filter
def job(roles: str) -> str:
    """The roles someone acted in, in words: "PRACTITIONER,MANAGER" → "practitioner and team manager"."""
    return " and ".join(Role(role).label.lower() for role in roles.split(",") if role in Role.values)

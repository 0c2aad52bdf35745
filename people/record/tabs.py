"""The tabs of a person's file, and the acts in its header. Each floor adds its own in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from common.registry import Registry
from people.access.abilities import IN_EMERGENCY, Can, can
from people.models import Participant, User


@dataclass(frozen=True)
class Tab:
    key: str
    text: str
    url_name: str  # of a page whose address holds the person's `ref`
    place: int  # tabs stand in this order


TABS: Registry[Tab] = Registry()


def tabs_of(person: Participant, key: str) -> list[dict[str, Any]]:
    return [
        {"text": tab.text, "href": reverse(tab.url_name, args=[person.ref]), "current": tab.key == key}
        for tab in sorted(TABS, key=lambda tab: tab.place)
    ]


@dataclass(frozen=True)
class Action:
    """Something to do for a person from any page of their file."""

    text: str
    url_of: Callable[[Participant], str]
    ability: Can
    place: int  # actions stand in this order
    opens: bool = False  # whether its page is short enough to open under the header (assets/js/in_row.js)


ACTIONS: Registry[Action] = Registry()


def to_page(url_name: str) -> Callable[[Participant], str]:
    """Of a page whose address holds the person's `ref`."""
    return lambda person: reverse(url_name, args=[person.ref])


def actions_for(person: Participant, viewer: User, *, read_only: bool) -> list[dict[str, Any]]:
    """What this viewer may do; in an emergency the little that is let."""
    may = [action for action in ACTIONS if can(viewer, action.ability)]
    may = [action for action in may if action.ability in IN_EMERGENCY or not read_only]
    return [
        {"text": action.text, "href": action.url_of(person), "opens": action.opens}
        for action in sorted(may, key=lambda action: action.place)
    ]

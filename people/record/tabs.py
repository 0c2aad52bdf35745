"""The tabs of a person's file. Each floor adds its own in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from common.registry import Registry
from people.models import Participant


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

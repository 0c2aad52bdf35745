"""Pages of a higher floor that a lower one leads to: "home", "person", "team" and others.

The higher floor says in its `AppConfig.ready` which page each is. Templates ask by the tag `{% place "home" %}`.
"""

from __future__ import annotations

from django.urls import reverse

_names: dict[str, str] = {}


def register(**names: str) -> None:
    """Say which page each place is: `register(home="home")`."""
    _names.update(names)


def url_of(place: str, *args: object) -> str:
    return reverse(_names[place], args=args)

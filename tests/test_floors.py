"""A lower floor names no page of a higher one: not in Python, not in a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
FLOORS = [*settings.FLOORS, "rehab", "sampledata"]
# Templates that lie in no folder of a floor's name.
FOLDERS = {"account": "people", "mfa": "people", "components": "common", "django": "common", "": "common"}


def pages(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each page's name, and the floor its view stands on."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from pages(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}{pattern.name}", pattern.callback.__module__.split(".")[0]


def floor_of(template: Path) -> str:
    folder = template.relative_to(ROOT / "templates").parts[0] if template.parent != ROOT / "templates" else ""
    return FOLDERS.get(folder, folder)


def names_in(text: str) -> set[str]:
    """What may name a page: any text like a namespace and a name, and a bare word that is asked the address of."""
    bare = re.findall(r"""\b(?:url|reverse|redirect|resolve_url|pattern_name)\b\s*[(=]?\s*["']([\w-]+)["']""", text)
    return {
        *re.findall(r"""["']([a-z]+:[a-z-]+)["']""", text),
        *re.findall(r"""["']([a-z]+-[a-z-]+)["']""", text),
        *bare,
    }


def files_of(floor: str) -> Iterator[Path]:
    yield from (path for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts)
    yield from (path for path in (ROOT / "templates").rglob("*.html") if floor_of(path) == floor)


@pytest.mark.parametrize("floor", settings.FLOORS)
def test_a_floor_names_no_page_of_a_higher_one(floor):
    higher = {name for name, of in pages(get_resolver()) if of in FLOORS[FLOORS.index(floor) + 1 :]}
    named = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files_of(floor)
        for name in names_in(path.read_text())
        if name in higher
    ]

    assert named == [], "Register the tab, column, part or work item in the higher floor's AppConfig.ready."

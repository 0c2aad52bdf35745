"""Every page that links lead to, with the demo data: it answers, nothing runs off the side, axe finds nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import DESK, PHONE

ROLES = {
    "practitioner": "priya@demo.example",
    "manager": "morag@demo.example",
    "participant": "jordan@demo.example",
    "volunteer": "vik@demo.example",
    "finance": "amara@demo.example",
    "commissioner": "carol@demo.example",
    "administrator": "ada@demo.example",
}
STARTS = {
    "practitioner": ["/", "/people/", "/meetings/", "/alerts/", "/requests/", "/services/"],
    "manager": [
        "/",
        "/funds/",
        "/programmes/",
        "/programmes/new/",
        "/outbox/",
        "/requests/?state=ALL",
        "/reports/money/",
        "/providers/",
    ],
    "participant": [
        "/me/",
        "/me/plan/",
        "/me/money/",
        "/me/meetings/",
        "/me/circle/",
        "/me/services/",
        "/me/who-looked/",
    ],
    "volunteer": ["/circle/"],
    "finance": ["/books/", "/books/open/", "/funds/", "/reports/money/"],
    "commissioner": ["/reports/money/", "/services/", "/services/unmet/"],
    "administrator": ["/import/", "/outbox/", "/services/import/", "/gallery/"],
}
PICTURES = os.environ.get("PICTURES")
# A manager's pages of one person are the practitioner's, but for these.
SAME_AS_A_PRACTITIONERS = re.compile(r"^/people/\*/(?!access|exclu|restrict|merge)")
MOST = 90  # pages for one role
ELSEWHERE = re.compile(r"\.csv|\.pdf|\.ics|logout|#|/r/")


def shape(url: str) -> str:
    """The address with what changes from row to row taken out, so that one page of each kind is opened."""
    parts = urlsplit(url)
    return re.sub(r"[0-9a-f-]{36}|\d+|/r/[^/]+/|(?<=referrals/)[^/]+|(?<=matters/)[^/]+", "*", parts.path)


def open_each(page, starts: list[str], served: str, *, role: str = "") -> Iterator[str]:
    """Open one page of each kind that this role can reach by links from where it starts."""
    seen: set[str] = set()
    same = SAME_AS_A_PRACTITIONERS if role == "manager" and not PICTURES else re.compile("^$")
    waiting = list(starts)
    while waiting and len(seen) < MOST:
        url = waiting.pop(0)
        if shape(url) in seen or (same.match(shape(url)) and shape(url) != "/people/*/"):
            continue
        answer = page.goto(url)
        if "html" not in (answer.headers.get("content-type") or ""):
            continue
        seen.add(shape(url))
        assert answer.status == 200, (url, answer.status)
        links = page.eval_on_selector_all("a[href]:not([download], .kit-words a)", "all => all.map(a => a.href)")
        waiting += [link[len(served) :] for link in links if link.startswith(served) and not ELSEWHERE.search(link)]
        yield url


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(role, enter, served):
    from axe_playwright_python.sync_playwright import Axe

    page, axe, wrong = enter(ROLES[role], DESK), Axe(), []
    errors: list[str] = []
    page.on("console", lambda said: errors.append(f"{page.url}: {said.text}") if said.type == "error" else None)

    for url in open_each(page, STARTS[role], served, role=role):
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                wrong.append(f"{url} runs off the side at {size['width']} px")
            picture(page, role, url, size)
        found = axe.run(page).response["violations"]
        wrong += [f"{url}: {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]

    assert wrong == []
    assert errors == []


def picture(page, role: str, url: str, size: dict[str, int]) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", shape(url).lower()).strip("-") or "home"
        page.screenshot(path=f"{PICTURES}/{role}-{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize("role", ["practitioner", "participant"])
def test_the_main_pages_work_without_javascript(role, enter):
    page = enter(ROLES[role], PHONE, java_script_enabled=False)

    for url in STARTS[role]:
        assert page.goto(url).status == 200
        assert page.locator("h1").count() == 1

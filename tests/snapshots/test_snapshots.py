"""Twenty key pages look as they did: one world, a clock that stands still, our own font, nothing that moves.

`make snapshots` takes them again; look at each before it is committed. Another version of Chromium draws letters
otherwise, so the pictures are compared only with the one that took them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageChops

from tests.attacks.worlds import addresses_of
from tests.browser.conftest import CHROMIUM
from tests.conftest import NOW
from tests.test_access import CALLERS, circle_of_one, world  # noqa: F401  they are fixtures

FOLDER = Path(__file__).parent / "pictures"
TAKEN_WITH = FOLDER / "chromium.txt"
MOST = 0.005  # of the pixels
SEEN = 48  # of 255: a smaller difference of a pixel is not seen
PAGES = {
    **dict.fromkeys(
        [
            "home", "people:participant-list", "person-overview", "lifeplans:plan", "engagement:meetings",
            "people:person-risk", "providers:person-services", "budgets:person-money", "people:person-details",
            "people:person-sentence", "engagement:contact-new", "engagement:appointment-new", "providers:service-list",
        ],
        "PRACTITIONER",
    ),
    **dict.fromkeys(["budgets:request-detail", "team", "budgets:fund-list"], "MANAGER"),
    "commissioning:money": "COMMISSIONER",
    **dict.fromkeys(["portal-home", "lifeplans:my-plan", "budgets:my-money"], "PARTICIPANT"),
}  # fmt: skip
BY_CHANCE = {  # what differs from run to run
    r"\b(REQ|PAY)\d{5}\b": r"\g<1>00001",
    r"\b[A-Z]{2}\d{4}[A-Z]{2}\b": "AB1234CD",
    r"\bX\d{6}\b": "X100001",
}


def html_of(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    html = answer.content.decode()
    for pattern, same in BY_CHANCE.items():
        html = re.sub(pattern, same, html)
    return html


def file_name(page: str) -> str:
    return page.replace(":", "-") + ("-360" if PAGES[page] == "PARTICIPANT" else "-1280")


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    if one.size != other.size:
        return 1.0
    apart = ImageChops.difference(one.convert("L"), other.convert("L"))
    return sum(apart.histogram()[SEEN:]) / (one.width * one.height)


@pytest.mark.django_db
@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM ON THIS MACHINE: THE SNAPSHOTS WERE NOT COMPARED")
def test_twenty_pages_look_as_they_did(world, client_as, monkeypatch, tmp_path):  # noqa: F811
    with time_machine.travel(NOW, tick=False):
        addresses = addresses_of(world, monkeypatch)
        for page, role in PAGES.items():
            html = html_of(client_as(CALLERS[role](world)), reverse(page, kwargs=addresses.get(page)))
            (tmp_path / f"{file_name(page)}.html").write_text(html)
    draws = [sys.executable, "-m", "tests.snapshots.draw", str(tmp_path)]
    version = subprocess.run(draws, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True).stdout.strip()
    if os.environ.get("SNAPSHOTS") == "take":
        return take(tmp_path, version)
    if TAKEN_WITH.read_text().strip() != version:
        pytest.skip(f"ANOTHER CHROMIUM ({version}): THE SNAPSHOTS WERE NOT COMPARED")

    shares = {
        name: share_that_differs(Image.open(tmp_path / f"{name}.png"), Image.open(FOLDER / f"{name}.png"))
        for name in map(file_name, PAGES)
    }
    assert {name: f"{share:.2%} of {tmp_path}" for name, share in shares.items() if share > MOST} == {}


def take(drawn: Path, version: str) -> None:
    """Take these as how the pages look. Few colours make small files."""
    FOLDER.mkdir(exist_ok=True)
    TAKEN_WITH.write_text(version + "\n")
    for name in map(file_name, PAGES):
        Image.open(drawn / f"{name}.png").convert("RGB").quantize(32).save(FOLDER / f"{name}.png", optimize=True)

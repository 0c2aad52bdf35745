"""The pictures in the README: `make pictures` takes them again from the demo."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE

SHOTS = {
    "practitioner-home-1280": ("priya@demo.example", "/"),
    "practitioner-person-1280": ("priya@demo.example", "JORDAN"),
    "practitioner-plan-1280": ("priya@demo.example", "JORDANplan/"),
    "commissioner-reports-money-1280": ("carol@demo.example", "/reports/money/"),
    "participant-me-360": ("jordan@demo.example", "/me/"),
    "participant-me-money-360": ("jordan@demo.example", "/me/money/"),
    "participant-me-plan-360": ("jordan@demo.example", "/me/plan/"),
}


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_of_each_page_in_the_readme_can_be_taken(name, enter, tmp_path):
    who, path = SHOTS[name]
    page = enter(who, PHONE if name.endswith("360") else DESK)
    if path.startswith("JORDAN"):
        page.goto("/people/?q=Jordan+Ashworth")
        page.locator("main a", has_text="Ashworth").first.click()
        page.wait_for_url("**/people/*/")
        path = page.url + path.removeprefix("JORDAN")

    assert page.goto(path).status == 200

    folder = Path(os.environ.get("PICTURES") or tmp_path)
    page.screenshot(path=folder / f"{name}.png")
    assert f"docs/pictures/{name}.png" in (Path(__file__).parents[2] / "README.md").read_text()

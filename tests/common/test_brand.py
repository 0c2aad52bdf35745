"""The pages are ours: no borrowed letters or arms, nothing fetched from elsewhere, nothing a strict policy refuses."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
BUILT = settings.BASE_DIR / "static" / "built"
TEXT = {".html", ".css", ".js", ".svg", ".json", ".txt"}


def shipped():
    """Every page asset and template of ours."""
    assets = [path for path in (settings.BASE_DIR / "static").rglob("*") if path.is_file()]
    return [*assets, *TEMPLATES]


def test_the_assets_were_built():
    assert {path.name for path in BUILT.iterdir()} >= {"app.css", "portal.css", "app.js"}, (
        "run: npm ci && npm run build"
    )


@pytest.mark.parametrize("borrowed", ["gds transport", "crown", "crest", "royal arms"])
def test_no_borrowed_letters_or_arms(borrowed):
    found = [p.name for p in shipped() if p.suffix in TEXT and borrowed in p.read_text(errors="replace").lower()]

    assert found == []


def test_no_borrowed_files():
    ours = {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}  # free letters, for the files we write as PDF
    found = {path.name for path in shipped() if re.search(r"govuk|moj|\.woff|\.ttf|\.otf", path.name)}

    assert {re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name) for name in found} <= ours


def test_the_interface_never_says_offender():
    assert [path.name for path in TEMPLATES if "offender" in path.read_text().lower()] == []


@pytest.mark.parametrize(
    ("refused", "pattern"),
    [
        ("a style of its own", r"<style|\sstyle="),
        ("a script without a nonce", r"<script(?![^>]*(?:\ssrc=|\snonce=))"),
        ("a handler in an attribute", r"\son[a-z]+="),
        ("a script link", r"javascript:"),
        (
            "something fetched from elsewhere",
            r"(?:src|srcset|action)=[\"']?(?:https?:)?//|<link[^>]+href=[\"']?(?:https?:)?//",
        ),
    ],
)
def test_no_template_has_what_the_content_policy_refuses(refused, pattern):
    assert [path.name for path in TEMPLATES if re.search(pattern, path.read_text(), re.IGNORECASE)] == [], refused


def test_no_style_sheet_fetches_from_elsewhere():
    assert [p.name for p in BUILT.glob("*.css") if re.search(r"@import|url\([\"']?(?:https?:)?//", p.read_text())] == []


def test_the_sheets_and_the_script_stay_light():
    sizes = {path.name: len(gzip.compress(path.read_bytes())) // 1024 for path in BUILT.iterdir() if path.is_file()}

    assert sizes["app.css"] <= 24
    assert sizes["portal.css"] <= 24
    assert sizes["app.js"] <= 12

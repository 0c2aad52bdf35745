"""Draw pages that were written to a folder: `python -m tests.snapshots.draw FOLDER`, a PNG beside each `*.html`.

A process of its own, since Playwright keeps a loop running in the thread in which Django may be asked nothing then.
A name that ends in `-360` is drawn as on a phone. Says the version of Chromium.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGS, CHROMIUM, DESK, PHONE
from tests.conftest import NOW

STATIC = Path(__file__).parents[2] / "static"
STILL = """
@font-face { font-family: Still; src: url(/static/built/fonts/DejaVuSans.ttf); }
@font-face { font-family: Still; font-weight: 700; src: url(/static/built/fonts/DejaVuSans-Bold.ttf); }
* { font-family: Still !important; animation: none !important; transition: none !important; caret-color: transparent; }
"""


def static_file(route: Any) -> None:
    """A file of the build, whatever its name carries of its content."""
    name = re.sub(r"\.[0-9a-f]{12}(?=\.)", "", route.request.url.split("/static/")[1])
    path = STATIC / name
    route.fulfill(path=path) if path.exists() else route.fulfill(status=404)


def draw(browser: Any, file: Path) -> None:
    size = PHONE if file.stem.endswith("-360") else DESK
    context = browser.new_context(viewport=size, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce")
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    page.route("**/*", lambda route: route.fulfill(status=404))
    page.route("**/static/**", static_file)
    html = file.read_text()
    page.route("http://still.test/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto("http://still.test/")
    page.add_style_tag(content=STILL)
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=file.with_suffix(".png"), full_page=True, animations="disabled")
    context.close()


def main(folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGS, "--font-render-hinting=none"])
        sys.stdout.write(f"{browser.version}\n")
        for file in sorted(folder.glob("*.html")):
            draw(browser, file)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

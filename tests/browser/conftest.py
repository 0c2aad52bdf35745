"""The whole service running as `make demo` runs it (web, worker, beat, story), and a real Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

import localservices

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
ROOT = Path(__file__).resolve().parents[2]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
READY = 900  # seconds for the story and the start, on a machine that is busy
PATIENCE = 180  # seconds for anything else that is waited for
Answer = TypeVar("Answer")
OWN = {
    *("DATABASE_URL", "DATABASE_URL_WORKER", "DATABASE_URL_OWNER", "DATABASE_ROLE", "REDIS_URL", "PORT"),
    *("DJANGO_SETTINGS_MODULE", localservices.MARK),
}
QUICK = {"MESSAGE_TICK_SECONDS": "3", "SMS_PER_MINUTE": "60", "DEMO": "true", "HTTPS": "false"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Without Chromium they say that they did not run. tests/early.py keeps them on one test worker."""
    if "tests/browser" in str(item.fspath) and CHROMIUM is None:
        item.add_marker(pytest.mark.skip(reason="NO CHROMIUM ON THIS MACHINE: THE BROWSER TESTS DID NOT RUN"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The parts of a journey are walked one after the other, however the rest is shuffled."""
    for journey in ("test_journey.py", "test_money.py"):
        places = [at for at, item in enumerate(items) if item.path.name == journey]
        parts = sorted((items[at] for at in places), key=lambda item: item.reportinfo()[1] or 0)
        for at, part in zip(places, parts, strict=True):
            items[at] = part


def own_addresses_left_out() -> dict[str, str]:
    """The environment without what it says of this process's own servers and settings."""
    left_out = {*OWN, *json.loads(os.environ.get(localservices.MARK, "{}"))}
    return {name: value for name, value in os.environ.items() if name not in left_out}


@pytest.fixture(scope="package")
def served() -> Iterator[str]:
    """The address of a service started by the same command as `make demo`, with data of its own.

    SERVED_URL and SERVED_LOCAL_DIR name one that is running already, for whoever works on these tests.
    """
    if url := os.environ.get("SERVED_URL"):
        yield url
        return
    local = tempfile.mkdtemp(prefix="gl-")
    env = own_addresses_left_out() | QUICK | {"LOCAL_DIR": local}
    log = Path(local) / "serve.log"
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--demo"],
            cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        os.environ["SERVED_LOCAL_DIR"] = local
        yield address_told(running, log)
    finally:
        stop(running)
        subprocess.run([sys.executable, "-m", "localservices", "forget"], cwd=ROOT, env=env, check=False)
        shutil.rmtree(local, ignore_errors=True)


def address_told(running: subprocess.Popen, log: Path) -> str:
    """Wait until the service says where it runs. It takes a free port by itself and holds it, so none is guessed."""

    def told() -> str:
        said = re.search(r"is running at (http://\S+)", log.read_text())
        if said is None and running.poll() is not None:
            pytest.fail(f"The service ended before it ran.\n{log.read_text()[-4000:]}")
        return said[1] if said else ""

    address = wait_until(told, READY, log)
    wait_until(lambda: answers(f"{address}/enter/"), PATIENCE, log)
    return address


def stop(running: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGINT)
    try:
        running.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)


def answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(url, timeout=30).status == 200
    except OSError:
        return False


def wait_until(question: Callable[[], Answer], seconds: float = PATIENCE, log: Path | None = None) -> Answer:
    """Ask until the answer is yes, and give it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.5)
    raise AssertionError(f"Not within {seconds} seconds.\n{log.read_text()[-4000:] if log else ''}")


@pytest.fixture(scope="package")
def chromium() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def enter(served, chromium) -> Iterator[Callable]:
    """A page signed in as one of the demo's people: `enter("priya@demo.example")`."""
    contexts = []

    def as_someone(email: str | None, size: dict[str, int] = DESK, **options):
        context = chromium.new_context(
            viewport=size, base_url=served, locale="en-GB", timezone_id="Europe/London", **options
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        if email:
            page.goto("/enter/")
            page.locator(f"form:has(input[value='{email}']) button").click()
            page.wait_for_url(lambda url: "/enter/" not in url)
        return page

    yield as_someone
    for context in contexts:
        context.close()

"""The whole service running as `make demo` runs it (web, worker, beat, story), and a real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
READY = 300  # seconds for the story and the start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One running service for all of these, so one test worker; without Chromium they say that they did not run."""
    for item in items:
        if "tests/browser" in str(item.fspath):
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM ON THIS MACHINE: THE BROWSER TESTS DID NOT RUN"))


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of a service started by the same command as `make demo`, with data of its own.

    SERVED_URL and SERVED_LOCAL_DIR name one that is running already, for whoever works on these tests.
    """
    if url := os.environ.get("SERVED_URL"):
        yield url
        return
    port, local = free_port(), tempfile.mkdtemp(prefix="gl-")
    env = {
        k: v
        for k, v in os.environ.items()
        if k
        not in {
            "DATABASE_URL",
            "DATABASE_URL_WORKER",
            "DATABASE_URL_OWNER",
            "REDIS_URL",
            "DATABASE_ROLE",
            "DJANGO_SETTINGS_MODULE",
            "GOOD_LIVES_EMBEDDED",
        }
    }
    env |= {
        "PORT": str(port),
        "LOCAL_DIR": local,
        "MESSAGE_TICK_SECONDS": "3",
        "SMS_PER_MINUTE": "60",
        "DEMO": "true",
        "HTTPS": "false",
    }
    log = open(Path(local) / "serve.log", "w")  # noqa: SIM115 - it outlives this function
    running = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--demo"],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: running.poll() is None and answers(f"{address}/enter/"), READY, Path(log.name))
        os.environ["SERVED_LOCAL_DIR"] = local
        yield address
    finally:
        log.close()
        os.killpg(running.pid, signal.SIGINT)
        try:
            running.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
        subprocess.run([sys.executable, "-m", "localservices", "forget"], cwd=ROOT, env=env, check=False)
        shutil.rmtree(local, ignore_errors=True)


def answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(url, timeout=3).status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_until(question: Callable[[], object], seconds: float, log: Path | None = None) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return
        time.sleep(0.5)
    raise AssertionError(f"Not within {seconds} seconds.\n{log.read_text()[-4000:] if log else ''}")


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def enter(served, chromium) -> Iterator[Callable]:
    """A page signed in as one of the demo's people: `enter("priya@demo.example")`."""
    contexts = []

    def as_someone(email: str | None, size: dict[str, int] = DESK, **options):
        context = chromium.new_context(
            viewport=size, base_url=served, locale="en-GB", timezone_id="Europe/London", **options
        )
        context.set_default_timeout(15_000)
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

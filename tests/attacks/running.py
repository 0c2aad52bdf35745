"""A web server started as `manage.py serve` starts it, on the test's own tables, and clients that treat it badly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from localservices.management.commands.serve import listen

FORM = "application/x-www-form-urlencoded"


class Server:
    """The running server: its address, and the memory of its workers."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process
        self.address = f"http://127.0.0.1:{port}"

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def forget_peaks(self) -> None:
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The most memory any worker has held since, in MB."""
        lines = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers()]
        return max(int(text.partition("VmHWM:")[2].split()[0]) for text in lines) // 1024

    def ask(self, path: str, body: bytes | None = None, kind: str = FORM, **headers: str) -> tuple[int, str]:
        """The answer's status and words; 0 if the connection was ended without one."""
        request = urllib.request.Request(self.address + path, body, {"Content-Type": kind, **headers})
        try:
            with OPENER.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode(errors="replace")
        except OSError:
            return 0, ""


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


OPENER = urllib.request.build_opener(Stay)


@contextmanager
def running() -> Iterator[Server]:
    door = listen(0)
    assert door
    command = [sys.executable, "-m", "localservices.web", str(door.fileno())]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment(), pass_fds=[door.fileno()], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    server = Server(door.getsockname()[1], process)
    try:
        assert server.ask("/accounts/login/")[0] == 200, "the server did not start"  # it waits at the door until then
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        door.close()


def environment() -> dict[str, str]:
    """The web's own login to the tables of this test."""
    address, _, old = os.environ["DATABASE_URL"].partition("?")
    tables = f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}" + (f"?{old}" if old else "")
    return {**os.environ, "DATABASE_URL": tables, "DATABASE_ROLE": "web", "GOOD_LIVES_EMBEDDED": "{}"}


@contextmanager
def slow_clients(server: Server, many: int, start: bytes, drop: bytes) -> Iterator[None]:
    """So many connections that have begun to say something, and go on a drop at a time."""
    over, calls = threading.Event(), [socket.create_connection(("127.0.0.1", server.port)) for _ in range(many)]

    def drip() -> None:
        while not over.wait(0.1):
            for call in calls:
                try:
                    call.sendall(drop)
                except OSError:
                    return

    for call in calls:
        call.sendall(start)
    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        yield
    finally:
        over.set()
        dripping.join()
        for call in calls:
            call.close()


def served(server: Server, many: int, path: str = "/accounts/login/") -> tuple[list[int], float]:
    """The statuses of so many ordinary requests, four at a time, and the seconds that 95 in 100 of them took."""

    def one(_: int) -> tuple[int, float]:
        began = time.monotonic()
        return server.ask(path)[0], time.monotonic() - began

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(one, range(many)))
    return [status for status, _ in answers], sorted(took for _, took in answers)[int(many * 0.95)]

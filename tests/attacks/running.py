"""The web server as `manage.py serve` starts it, or as production runs it, and clients that treat it badly."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from localservices.management.commands.serve import listen

FORM = "application/x-www-form-urlencoded"
DOCKER = Path(settings.BASE_DIR) / "docker"


class Server:
    """The running server: its address, the memory of its workers, and where they write what they print."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], *logs: Path) -> None:
        self.port, self.process, self.logs = port, process, logs
        self.address = f"http://127.0.0.1:{port}"

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cpu_seconds(self) -> float:
        """What the workers have used of the processors, which is the same on a busy machine."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers()]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")

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
def demo() -> Iterator[Server]:
    """As `manage.py serve` starts it."""
    door = listen(0)
    assert door
    port = door.getsockname()[1]
    with door, started([sys.executable, "-m", "localservices.web", str(door.fileno())], [door.fileno()]) as process:
        server = Server(port, process)
        assert server.ask("/accounts/login/")[0] == 200, "the server did not start"  # it waits at the door until then
        yield server


@contextmanager
def production(folder: Path) -> Iterator[Server]:
    """As the containers run it: gunicorn, and nginx before it. What both print is kept in the folder."""
    inner, port = listen(0), free_port()
    assert inner
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(DOCKER / "gunicorn_conf.py")]
    gunicorn += ["--bind", f"fd://{inner.fileno()}"]
    proxy = [*nginx(), "-c", str(here(folder, port, inner.getsockname()[1]))]
    logs = folder / "gunicorn.log", folder / "nginx.log"
    with (
        started(gunicorn, [inner.fileno()], log=logs[0], ACCESS_LOG="true", TRUSTED_PROXIES="1") as web,
        started(proxy, log=logs[1]),
    ):
        inner.close()  # gunicorn has it: when that ends, nobody listens
        yield answering(Server(port, web, *logs))


def nginx() -> list[str]:
    """The proxy's program and how it is run here; nothing where it is absent."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    as_root = ["-g", "user root;"] if os.getuid() == 0 else []  # else its workers could not enter the test's folder
    return [found, "-e", "stderr", *as_root] if found else []


def here(folder: Path, port: int, inner: int) -> Path:
    """The proxy's own configuration, with the addresses and folders of this test."""
    text = (DOCKER / "nginx.conf").read_text()
    told = {"listen 8080": f"listen 127.0.0.1:{port}", "http://web:8000": f"http://127.0.0.1:{inner}"}
    for before, after in {**told, " /tmp/": f" {folder}/"}.items():
        assert before in text
        text = text.replace(before, after)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


@contextmanager
def started(
    command: list[str], files: Sequence[int] = (), *, log: Path | None = None, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    with open(log or os.devnull, "ab") as printed:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment() | more, pass_fds=files, stdout=printed, stderr=printed
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def answering(server: Server) -> Server:
    """The server, once it answers."""
    end = time.monotonic() + 30
    while server.ask("/accounts/login/")[0] != 200:
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.2)
    return server


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


def served(server: Server, many: int, path: str = "/accounts/login/", **headers: str) -> tuple[list[int], float]:
    """The statuses of so many ordinary requests, four at a time, and the seconds that 95 in 100 of them took."""

    def one(_: int) -> tuple[int, float]:
        began = time.monotonic()
        return server.ask(path, **headers)[0], time.monotonic() - began

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(one, range(many)))
    return [status for status, _ in answers], sorted(took for _, took in answers)[int(many * 0.95)]

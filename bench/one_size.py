"""Grow one database, and measure every page over HTTP. `bench.every_page` runs it for each size."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from bench.every_page import LAST, Measured, write  # noqa: E402
from bench.pages import signed_in  # noqa: E402
from bench.second_wall import as_owner  # noqa: E402
from bench.world import World, the_world  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from localservices.management.commands.serve import prepare  # noqa: E402
from people.caseload.listing import orders  # noqa: E402
from people.models import Participant, User  # noqa: E402
from people.tasks import find_unusual_use  # noqa: E402

FEW, ROUNDS = 6, 20  # rounds; more where one of the first was above the page's ceiling
STAFF = {"practitioner", "manager", "reader"}


def make_people(people: int, contacts: int) -> None:
    prepare(reset=False)
    with acting_as(SYSTEM), transaction.atomic():
        there = Participant.objects.filter(email__endswith="@grown.example").exists()
    if not there:
        words = ["volume", "--people", str(people), "--contacts", str(contacts)]
        subprocess.run([sys.executable, "manage.py", *words], check=True)
        subprocess.run([sys.executable, "-m", "bench.night"], check=True)  # pages read what the night makes
        tidy()


def tidy() -> None:
    """What autovacuum has done by the next day. Else it does it while the first pages are measured."""
    owner = as_owner()
    owner.autocommit = True
    with closing(owner), owner.cursor() as cursor:
        cursor.execute("vacuum (analyze)")


@contextmanager
def web_process() -> Iterator[tuple[int, int]]:
    """Production's web server with one worker: its port, and the worker's process."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "docker/gunicorn_conf.py", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, env={**os.environ, "WEB_WORKERS": "1", "DATABASE_ROLE": "web"})
    try:
        wait_for(port)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        yield port, int(children[0])
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            if ask(port, "/livez", "")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the web process does not answer")


def ask(port: int, path: str, cookie: str) -> tuple[int, float, int]:
    """Status, milliseconds (of a file, to its first byte), and bytes."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as line:
        began = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie, "Host": "127.0.0.1"})
        answer = line.getresponse()
        first = answer.read(1)
        took = time.perf_counter() - began
        size = len(first) + len(answer.read())
        if "attachment" not in answer.headers.get("Content-Disposition", ""):
            took = time.perf_counter() - began
        return answer.status, took * 1000, size


def variants(world: World, role: str) -> dict[str, str]:
    """The pages that answer questions, asked some."""
    words = f"&q={world.family_name}"
    if role in STAFF:
        there = world.addresses["people:participant-list"]
        return {
            **{f"people:participant-list {key}": f"{there}?whose=all&sort={key}" for key, _ in orders()},
            "people:participant-list mine": f"{there}?whose=mine",
            "people:participant-list last page": f"{there}?whose=all&page={LAST}",
            "people:participant-list named": f"{there}?whose=all{words}",
            "engagement:note-search work": f"{world.addresses['engagement:note-search']}?words=work",
            "providers:service-list debt": f"{world.addresses['providers:service-list']}?q=debt",
        }
    if role == "officer":
        audit = world.addresses["people:audit"]
        return {"people:audit last page": f"{audit}?page={LAST}", "people:audit refused": f"{audit}?kind=REFUSED"}
    if role == "administrator":
        accounts = world.addresses["people:account-list"]
        return {
            "people:account-list named": f"{accounts}?q=smith",
            "people:account-list last page": f"{accounts}?page={last_page()}",
        }
    return {}


def last_page() -> int:
    """Of the accounts of staff, 25 a page."""
    with acting_as(SYSTEM), transaction.atomic():
        return -(-User.objects.staff().count() // 25)


def pages_of(world: World, role: str) -> list[tuple[str, str]]:
    """Names and addresses."""
    return list((world.pages_of(role) | variants(world, role)).items())


def cookie_of(pk: int) -> str:
    with acting_as(SYSTEM), transaction.atomic():
        user = User.objects.get(pk=pk)
    return f"{settings.SESSION_COOKIE_NAME}={signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value}"


def percentile(times: list[float]) -> float:
    """The 95th, as the nearest of these."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def measured(port: int, cookie: str, role: str, page: str, path: str) -> Measured:
    """Asked for the second time first: each page was asked once before (`main`)."""
    status, took, size = ask(port, path, cookie)
    if status != 200:
        return Measured(role, page, path, took, took, size, status)
    times = [ask(port, path, cookie)[1] for _ in range(FEW)]
    if max(times) > Measured(role, page, path, 0, 0, size).ceiling:
        times += [ask(port, path, cookie)[1] for _ in range(ROUNDS - FEW)]
    return Measured(role, page, path, statistics.median(times), percentile(times), size)


def most_memory(process: int) -> float:
    """The most that the process ever had, in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main(people: int, contacts: int, told: Path) -> None:
    make_people(people, contacts)
    world = the_world()
    find_unusual_use()  # a tick does
    with web_process() as (port, process):
        cookies = {role: cookie_of(pk) for role, pk in world.users.items()}
        asked = [(cookies[role], role, *page) for role in cookies for page in pages_of(world, role)]
        for cookie, _, _, path in asked:
            ask(port, path, cookie)  # the process, and the database's memory, are as of one that has run for a while
        pages = [measured(port, *page) for page in asked]
        memory = most_memory(process)
    write(told, sorted(pages, key=lambda page: -page.slow), memory)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))

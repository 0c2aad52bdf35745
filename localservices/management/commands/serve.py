import importlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import localservices
from localservices.supervisor import GaveUp, Supervisor, say
from rehab import env

FIRST_PORT = 8000
PORTS_TRIED = 50
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # our own address: no proxy between
ASKED = "A demo is running on this data, and will lose it. Begin the story again all the same? [y/N] "
SECONDS_TO_ANSWER = 180  # a busy machine takes its time


class Command(BaseCommand):
    help = "Run web, worker and beat together until Ctrl-C."
    requires_system_checks: list[str] = []  # the processes started here make them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="first migrate, and tell the story if there is none")
        parser.add_argument("--reset", action="store_true", help="with --demo: begin the story again")

    def handle(self, *args: Any, demo: bool, reset: bool, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, _leave)
        os.chdir(settings.BASE_DIR)
        if reset:
            ask_where_one_runs()
        with open_door() as door:
            if demo:
                prepare(reset=reset, address=address_of(door))
            run(door)


def ask_where_one_runs() -> None:
    """Beginning again takes the rows away from under a demo that is running."""
    ours = localservices.services()
    if ours is None or ours.users.is_alone():
        return
    if not sys.stdin.isatty():
        raise CommandError("A demo is running on this data. Stop it first, or set LOCAL_DIR to another folder.")
    if input(ASKED).strip().lower() not in ("y", "yes"):
        raise CommandError("Nothing was changed.")


def address_of(door: socket.socket) -> str:
    return os.environ.get("BASE_URL") or f"http://127.0.0.1:{door.getsockname()[1]}"


def prepare(*, reset: bool, address: str = "") -> None:
    """Bring the tables up to date and tell the story, each in a process with the database role it needs.

    The links in the story's messages lead to this address, where one is given.
    """
    told = {**os.environ, **({"BASE_URL": address} if address else {})}
    on_disk, applied = set(MigrationLoader(None).disk_migrations), applied_migrations()
    older = {(app, name) for app, name in applied - on_disk if app in settings.FLOORS}
    if older or (reset and applied):
        start_over(older, reset=reset)
        applied = set()
    migrate = [["migrate_quickly", "--verbosity", "0"]] if on_disk - applied else []
    for words in (*migrate, ["demo"]):
        done = subprocess.run([sys.executable, "manage.py", *words], env=told)
        if done.returncode:
            raise CommandError(f"`manage.py {words[0]}` failed, so nothing was started.")


def applied_migrations() -> set[tuple[str, str]]:
    """(app, name) of each migration the database has had. Only the owner may read that list."""
    owner = connection.copy()
    owner.settings_dict |= {**env.database("DATABASE_URL_OWNER"), "ENGINE": owner.settings_dict["ENGINE"]}
    applied: set[tuple[str, str]] = set()
    with closing(owner), owner.cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations')")
        if cursor.fetchone() != (None,):
            cursor.execute("select app, name from django_migrations")
            applied = set(cursor.fetchall())
    return applied


def start_over(older: set[tuple[str, str]], *, reset: bool) -> None:
    """Make the database anew: its ledger is never emptied. Data of an older version cannot be brought up to date."""
    app, name = min(older, default=("", ""))
    if not reset:
        raise CommandError(
            f"The demo data here was made by an older version ({app}.{name}) and cannot be brought up to date. "
            "Run `make demo-reset` to begin it again. It holds invented people only."
        )
    if not localservices.start_database_over():
        raise CommandError(
            f"The database at DATABASE_URL was made by an older version ({app}.{name}). Make an empty one."
            if older
            else "The database at DATABASE_URL is yours, and the story is not begun again in it. Make an empty one."
        )
    connection.close()  # it was to the database that is gone


def run(door: socket.socket) -> None:
    children = Supervisor()
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    try:
        start(children, door)
        wait_for(f"{address}/livez", children)
        say(f"\n{settings.SERVICE_NAME} is running at {address}\n{sign_in_help(address)}Press Ctrl-C to stop it all.\n")
        while True:
            time.sleep(1)
            restart_exited(children)
    except GaveUp as reason:
        raise CommandError(f"{reason} Everything has been stopped.") from reason
    finally:
        hush()
        children.stop()


def start(children: Supervisor, door: socket.socket) -> None:
    base = {"BASE_URL": address_of(door), "PYTHONUNBUFFERED": "1"}
    # Celery warns whoever runs it as root; nothing here unpickles, which is what it warns of.
    work = base | {"DATABASE_ROLE": "worker", "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    celery = [sys.executable, "-m", "celery", "--app", "rehab", "--quiet"]
    web = [sys.executable, "-m", "localservices.web", str(door.fileno())]
    children.start("web", web, [door.fileno()], **base, DATABASE_ROLE="web")
    children.start("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"], (), **work)
    children.start("beat", [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"], (), **work)


def restart_exited(children: Supervisor) -> None:
    """Start again what has fallen over, the embedded servers included."""
    services = localservices.services()
    if services and not services.seem_up():
        say("a server stopped; starting it again", of="data")
        services.ensure()
    children.restart_exited()


def wait_for(url: str, children: Supervisor) -> None:
    end = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < end:
        try:
            DIRECT.open(url, timeout=10).close()
        except urllib.error.HTTPError:
            return  # an unwell answer is an answer; the health page says what is wrong
        except OSError:
            restart_exited(children)
            time.sleep(0.2)
        else:
            return
    raise GaveUp(f"The web server did not answer within {SECONDS_TO_ANSWER} seconds.")


def open_door() -> socket.socket:
    """Listen on PORT if it is set, else on the first free port from 8000.

    We keep the door and hand it to the web server, so that nobody else can take it between looking and starting,
    and those who knock while the web server starts again are let in afterwards.
    """
    wanted = os.environ.get("PORT")
    if not wanted:
        doors = (listen(port) for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
        door = next(filter(None, doors), None)
        refusal = f"No port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} is free. Set PORT to one that is."
    elif not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise CommandError("PORT is not a port number. Correct it in the environment.")
    else:
        door = listen(int(wanted))
        refusal = f"Port {wanted} is in use. Set PORT to another, or leave it unset to have a free one chosen."
    if door is None:
        raise CommandError(refusal)
    return door


def listen(port: int) -> socket.socket | None:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
        door.listen(1024)
    except OSError:
        door.close()
        return None
    return door


def sign_in_help(address: str) -> str:
    """How to sign in as each role: the demo story knows."""
    if not settings.DEMO:
        return ""
    told: str = importlib.import_module("sampledata.demo.ways_in").sign_in_help(address)
    return f"{told}\n\n" if told else ""


def hush() -> None:
    """Ignore a second Ctrl-C while stopping."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(0)

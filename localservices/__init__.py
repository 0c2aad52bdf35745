"""Start or join a Postgres and a Valkey of our own, for a machine that has neither.

Only the addresses that the environment leaves out are filled in, so with production addresses this does nothing but
choose the database role. Everything lives under LOCAL_DIR; two folders are two services that never meet.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from localservices.places import BASE_DIR, Places, Unavailable, find_places, local_dir
from localservices.postgres import Postgres
from localservices.users import Users
from localservices.valkey import Valkey
from rehab import env

# Commands that change tables run as the owner of the database; all others as the web role.
OWNER_COMMANDS = {
    *("migrate", "makemigrations", "squashmigrations", "sqlmigrate", "showmigrations", "optimizemigration"),
    *("test", "testserver", "flush", "sqlflush", "dbshell", "inspectdb", "pgtrigger", "volume", "rotate_keys"),
    "migrate_quickly",
}
WORKER_COMMANDS = {"retention", "demo"}  # only the worker may add audit checkpoints and erase a person
MARK = "GOOD_LIVES_EMBEDDED"  # what provide() put into the environment, so that a child process decides afresh


class Services:
    """The embedded servers of one LOCAL_DIR, and this process's place among their users."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.users = Users(places.local)
        self.servers: list[Postgres | Valkey] = []

    def ensure(self) -> None:
        """Start what does not answer: the first user and the user after a crash both come this way."""
        with self.users.one_at_a_time():
            for server in self.servers:
                server.ensure()

    def seem_up(self) -> bool:
        """A cheap look, for whoever keeps watch."""
        return all(server.is_running() for server in self.servers)

    def leave(self) -> None:
        """Stop using the servers; the last user out stops them."""
        with self.users.one_at_a_time():
            if self.users.leave():
                for server in (Postgres(self.places), Valkey(self.places)):
                    server.stop()


_services: Services | None = None
_starter: int | None = None


def provide(role: str | None = None) -> None:
    """Fill in the addresses that the environment leaves out, starting or joining the embedded servers for them."""
    _forget_inherited()
    ours: dict[str, str] = {}
    _set(ours, "DATABASE_ROLE", role or role_for(sys.argv))
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if missing and os.environ.get("DEMO") and not env.switch("DEMO"):
        env.stop(
            f"{missing[0]} is not set, and DEMO is false. Set it: the servers started here are for the demo alone."
        )
    if missing:
        try:
            _start(missing, ours)
        except Unavailable as refusal:
            env.stop(str(refusal))
    os.environ[MARK] = json.dumps(ours)


def role_for(argv: list[str]) -> str:
    """The database role that a manage.py command line needs."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    if OWNER_COMMANDS & set(words[:1]):
        return "owner"
    return "worker" if WORKER_COMMANDS & set(words[:1]) else "web"


def services() -> Services | None:
    """The embedded servers that this process uses, if it uses any."""
    return _services


def start_database_over() -> bool:
    """Throw the embedded database away and make an empty one. False where the database is not ours."""
    ours = [server for server in (_services.servers if _services else []) if isinstance(server, Postgres)]
    for server in ours:
        server.start_over()
    return bool(ours)


def folder() -> Path:
    """LOCAL_DIR, made if it is not there."""
    return local_dir(BASE_DIR)


def _forget_inherited() -> None:
    """Remove from the environment what a parent's provide() put there, unless it was changed since."""
    for name, value in json.loads(os.environ.pop(MARK, "{}")).items():
        if os.environ.get(name) == value:
            del os.environ[name]


def _set(ours: dict[str, str], name: str, value: str) -> None:
    if not os.environ.get(name):
        os.environ[name] = ours[name] = value


def _start(missing: list[str], ours: dict[str, str]) -> None:
    joined = _join()
    if "DATABASE_URL" in missing:
        postgres = Postgres(joined.places)
        joined.servers.append(postgres)
    if "REDIS_URL" in missing:
        valkey = Valkey(joined.places)
        joined.servers.append(valkey)
    joined.ensure()
    _set(ours, "BEAT_FILE", str(joined.places.local / "celerybeat-schedule"))
    if "REDIS_URL" in missing:
        _set(ours, "REDIS_URL", valkey.address())
    if "DATABASE_URL" in missing:
        _use_postgres(postgres, ours)


def _use_postgres(postgres: Postgres, ours: dict[str, str]) -> None:
    """Point every role at the embedded Postgres: this is a demo, so it also gets demo settings where none are set."""
    for name, role in (("DATABASE_URL", "web"), ("DATABASE_URL_WORKER", "worker"), ("DATABASE_URL_OWNER", "owner")):
        os.environ.pop(name, None)
        _set(ours, name, postgres.address(f"rehab_{role}"))
    _set(ours, "PGHOST", str(postgres.socket_folder()))  # for dbshell
    _set(ours, "DEMO", "true")
    _set(ours, "HTTPS", "false")
    _set(ours, "SECRET_KEY", postgres.places.secret("secret_key"))
    _set(ours, "FIELD_KEYS", postgres.places.secret("secret_key"))
    if str(postgres.programs) not in os.environ.get("PATH", ""):
        os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{postgres.programs}"


def _join() -> Services:
    global _services, _starter
    if _services is None or _starter != os.getpid():
        _services, _starter = Services(find_places(folder())), os.getpid()
        _services.users.join()
        atexit.register(_leave_at_exit, os.getpid())
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _end)  # so that being asked to stop still runs the line above
    _services.servers.clear()
    return _services


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _leave_at_exit(starter: int) -> None:
    """Leave when the process ends. A forked child runs this hook too, so only the process that joined leaves."""
    if _services is not None and os.getpid() == starter:
        _services.leave()

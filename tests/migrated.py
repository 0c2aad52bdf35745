"""One database migrated once, of which each test worker gets a copy: migrating takes a minute, copying a second."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import psycopg2.errors
from psycopg2.errors import InsufficientPrivilege

import localservices

ROOT = Path(__file__).resolve().parent.parent
STEM = "migrated_"
TRIES = 30  # a second each
MIGRATED_BY = (
    *("*/migrations/*.py", "*/sql/*.sql", "common/postgres/*.py", "common/encryption.py"),
    "people/record/licence_policies.py",
    "tests/migrated.py",
)


def template() -> str:
    """The name of a database that is migrated to what the code says today, made if it is not there.

    Whoever comes second waits for the first. What was made for other code is dropped.
    """
    name = f"{STEM}{_what_migrates()}"
    with (localservices.folder() / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg2.connect(_address()) as connection, connection.cursor() as cursor:
            cursor.execute("select datname from pg_database where datname like %s", [rf"{STEM}%"])
            there = {row[0] for row in cursor}
        if name not in there:
            _statements(*(f"drop database if exists {other} with (force)" for other in there))
            half = f"{name}_half"
            _statements(f"create database {half} template template0")
            _migrate(half)
            _leave_alone(half)
            _statements(f"alter database {half} rename to {name}")
    return name


def _what_migrates() -> str:
    """A digest of every migration and what it is made of. What follows each `migrate` is done to a copy too."""
    found = hashlib.sha256(os.environ.get("SECRET_KEY", "").encode())
    for path in sorted(path for where in MIGRATED_BY for path in ROOT.glob(where)):
        found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _leave_alone(name: str) -> None:
    """Autovacuum leaves its tables alone. A test's rows are gone after it, and what Postgres learns of them is wrong of
    the next one's: now and then a statement took minutes by that."""
    with psycopg2.connect(_address(name)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"alter table {table} set (autovacuum_enabled = off)")


def _address(name: str = "") -> str:
    """The owner's address of a database on this server; without a name, of the one that is always there."""
    known = urlsplit(os.environ["DATABASE_URL_OWNER"])
    return known._replace(path=f"/{name}").geturl() if name else known.geturl()


def _statements(*statements: str) -> None:
    """Each by itself: none of them can be in a transaction."""
    connection = psycopg2.connect(_address())
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            patiently(lambda said=statement: cursor.execute(said))
    connection.close()


def patiently(drop: Callable[[], object]) -> None:
    """Drop a database that autovacuum works in: it is another role's, so it cannot be ended, and leaves by itself."""
    for _ in range(TRIES):
        try:
            drop()
        except Exception as problem:
            if not isinstance(problem.__cause__ or problem, psycopg2.errors.ObjectInUse | InsufficientPrivilege):
                raise
            time.sleep(1)
        else:
            return
    drop()


def _migrate(name: str) -> None:
    """With every address given, so that it starts no server of its own."""
    given = {key: value for key, value in os.environ.items() if key != localservices.MARK}
    subprocess.run(
        [sys.executable, "manage.py", "migrate_quickly", "--verbosity", "0"],
        cwd=ROOT,
        env={**given, "DATABASE_URL_OWNER": _address(name)},
        check=True,
    )

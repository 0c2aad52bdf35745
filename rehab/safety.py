"""Is it safe to start? Web, worker, beat and `migrate` ask first. Each refusal is a sentence that names its setting."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from psycopg2.errors import InsufficientPrivilege

from common.postgres import strength
from common.postgres.actor import as_service
from rehab import env

PUBLISHED = ("only-for-the-demo", "demo-", "unused", "django-insecure")  # how those of the repository begin
SHORTEST = {"SECRET_KEY": 50, "SECRET_KEY_FALLBACKS": 50, "FIELD_KEYS": 32}  # letters
FEWEST = 10  # different letters in a key
HOW = 'Make a new one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
ADDRESSES = ("DATABASE_URL", "DATABASE_URL_WORKER", "DATABASE_URL_OWNER", "REDIS_URL", "CACHE_URL")  # hold passwords
OF_THE_DEMO = "%@demo.example"  # their e-mail addresses


def refuse_unsafe(part: str) -> None:
    """Stop this process ("web", "worker", "beat" or "migrate") where anything makes it unsafe to start."""
    _stop_if(problems(settings, dict(os.environ)))
    role = {"beat": "worker", "migrate": "owner"}.get(part, part)
    if role != settings.DATABASE_ROLE:
        env.stop(f"DATABASE_ROLE is {settings.DATABASE_ROLE}, and {part} needs {role}. Correct it in the environment.")
    _say_loudly(part)
    if part != "migrate":
        strength.refuse_unsafe_database()
    if not settings.DEMO:
        _stop_if(_in_the_database())
        connection.close()


def _say_loudly(part: str) -> None:
    """Say what is safe to start without, and should be known."""
    if part == "web" and not (settings.DEMO or settings.CLAMAV):
        sys.stderr.write("CLAMAV is not set: nothing looks for viruses in the files that people send.\n")


def problems(values: Any, environment: dict[str, str]) -> list[str]:
    """Return what is wrong with these settings; nothing where they are safe. Passwords are read from the addresses."""
    return [*(_in_the_demo(values) if values.DEMO else _with_real_people(values, environment))]


def _in_the_demo(values: Any) -> Iterator[str]:
    for host in values.ALLOWED_HOSTS:
        if not _is_this_machine(host):
            yield f"ALLOWED_HOSTS names “{host}”. Where DEMO is true anyone enters as anyone: name this machine alone."
    if not _is_this_machine(urlsplit(values.BASE_URL).hostname or ""):
        yield f"BASE_URL is {values.BASE_URL}. Where DEMO is true it is this machine's, as http://localhost:8000."
    if values.MESSAGE_SENDER != "outbox" or values.NOTIFY_API_KEY:
        yield "MESSAGE_SENDER must be outbox, and NOTIFY_API_KEY empty, where DEMO is true: its people are invented."


def _with_real_people(values: Any, environment: dict[str, str]) -> Iterator[str]:
    keys = [
        ("SECRET_KEY", values.SECRET_KEY),
        *(("SECRET_KEY_FALLBACKS", key) for key in values.SECRET_KEY_FALLBACKS),
        *(("FIELD_KEYS", key) for key in values.FIELD_KEYS),
    ]
    yield from (
        f"{name} is one that anyone can read in the repository."
        for name, word in _passwords(environment)
        if word.startswith(PUBLISHED)
    )
    yield from (sentence for name, key in keys if (sentence := _weak(name, key)))
    yield from _same([*keys, *_passwords(environment)])
    if values.DEBUG:
        yield "DEBUG is true, which shows what it should not to anyone. Take it out of the environment."
    if not values.HTTPS:
        yield "HTTPS is false, so passwords would travel in the open. Take it out of the environment."
    if not values.SECOND_FACTOR:
        yield "SECOND_FACTOR is false, so a stolen password opens records. Take it out of the environment."
    yield from _open_addresses(values)


def _weak(name: str, key: str) -> str:
    if key.startswith(PUBLISHED):
        return f"{name} is one that anyone can read in the repository. {HOW}"
    if len(key) < SHORTEST[name]:
        return f"{name} must have at least {SHORTEST[name]} letters. {HOW}"
    return "" if len(set(key)) >= FEWEST else f"{name} must have at least {FEWEST} different letters. {HOW}"


def _same(secrets: list[tuple[str, str]]) -> Iterator[str]:
    for (one, first), (other, second) in combinations(secrets, 2):
        if first == second:
            yield f"{one} and {other} hold the same secret. Give each its own."


def _open_addresses(values: Any) -> Iterator[str]:
    if "*" in values.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS is *, so a link could lead anywhere. Name the addresses that people use."
    where = urlsplit(values.BASE_URL)
    if where.scheme != "https" or _is_this_machine(where.hostname or ""):
        yield f"BASE_URL is {values.BASE_URL}, and links in messages begin with it. Give the https address people use."


def _passwords(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in ADDRESSES:
        password = urlsplit(environment.get(name, "")).password
        if password:
            yield name, password


def _is_this_machine(host: str) -> bool:
    host = host.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _in_the_database() -> list[str]:
    """Return what is wrong inside: a secret key that it does not know, accounts of the demo that are open.

    Nothing where it is away, or empty. Before `migrate` nobody may act with a new key, so the owner asks as the owner.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("select to_regclass('public.people_user') is not null")
            if cursor.fetchone() != (True,):
                return []
        with nullcontext() if settings.DATABASE_ROLE == "owner" else as_service(), connection.cursor() as cursor:
            cursor.execute("select count(*) from people_user where is_active and email like %s", [OF_THE_DEMO])
            (found,) = cursor.fetchone()
    except (OperationalError, InterfaceError):
        return []
    except ProgrammingError as problem:
        if not isinstance(problem.__cause__, InsufficientPrivilege):  # from app_begin
            raise
        return ["The database does not know this SECRET_KEY. Run migrate with it."]
    told = f"{found} accounts of the demo are open in this database, and their password is in the repository."
    return [f"{told} Use a database of its own, with DATABASE_URL."] if found else []


def _stop_if(found: list[str]) -> None:
    if found:
        env.stop("\n".join(found))

"""How fast are the pages an officer lives in, on the demo data? Queries and server time, medians of 30, and how many
times the people list the home page takes (at most 1.5)."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from common.postgres.actor import SYSTEM, acting_as, as_service  # noqa: E402
from localservices.management.commands.serve import prepare  # noqa: E402
from people.models import Participant, User  # noqa: E402
from people.sign_in.sessions import signed  # noqa: E402

ROUNDS = 30
LIMITS = {"home": 33, "people": 14, "person": 44}  # queries


def signed_in(user: User) -> Client:
    """Return a client that is signed in. Only the service writes an account's last sign-in."""
    client = Client(SERVER_NAME="localhost")
    with as_service():
        client.force_login(user, backend="people.sign_in.backends.AccountBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    cookie.set(cookie.key, signed(cookie.value), signed(cookie.value))  # as the middleware sets it
    return client


def measure(client: Client, url: str, rounds: int = ROUNDS) -> tuple[int, float, float]:
    """Queries, and the median and slowest server time in milliseconds."""
    client.get(url)
    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        client.get(url)
    times = [time_of(client, url) for _ in range(rounds)]
    return len(asked), statistics.median(times), max(times)


def time_of(client: Client, url: str) -> float:
    """Milliseconds of server time."""
    began = time.perf_counter()
    assert client.get(url).status_code == 200
    return (time.perf_counter() - began) * 1000


def main() -> None:
    prepare(reset=True)  # another benchmark may have filled the database with people of its own
    with acting_as(SYSTEM), transaction.atomic():
        officer = User.objects.get(email="priya@demo.example")
        person = Participant.objects.get(user__email="jordan@demo.example")
    client = signed_in(officer)
    pages = {"home": "/", "people": "/people/", "person": f"/people/{person.ref}/"}
    for name, url in pages.items():
        queries, median, slowest = measure(client, url)
        print(
            f"{name}: {queries} queries (at most {LIMITS[name]}), "
            f"median {median:.0f} ms, slowest {slowest:.0f} ms of server time"
        )
    # In turns, so that what else the machine does falls on both.
    turns = [(time_of(client, pages["home"]), time_of(client, pages["people"])) for _ in range(ROUNDS)]
    ratio = statistics.median(home for home, _ in turns) / statistics.median(people for _, people in turns)
    print(f"home takes {ratio:.2f} times the people list (at most 1.5)")


if __name__ == "__main__":
    main()

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
LIMITS = {"home": 34, "people": 14, "person": 47}  # queries


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
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        assert client.get(url).status_code == 200
        times.append((time.perf_counter() - began) * 1000)
    return len(asked), statistics.median(times), max(times)


def main() -> None:
    prepare(reset=True)  # another benchmark may have filled the database with people of its own
    with acting_as(SYSTEM), transaction.atomic():
        officer = User.objects.get(email="priya@demo.example")
        person = Participant.objects.get(user__email="jordan@demo.example")
    client = signed_in(officer)
    medians = {}
    for name, url in {"home": "/", "people": "/people/", "person": f"/people/{person.ref}/"}.items():
        queries, medians[name], slowest = measure(client, url)
        print(
            f"{name}: {queries} queries (at most {LIMITS[name]}), "
            f"median {medians[name]:.0f} ms, slowest {slowest:.0f} ms of server time"
        )
    print(f"home takes {medians['home'] / medians['people']:.2f} times the people list (at most 1.5)")


if __name__ == "__main__":
    main()

"""How long does the officer wait? `python -m bench.audit`: the audit's pages and its night, on two million looks.

Those that `bench.every_page` grew. Server time of whole pages as the data-protection officer, medians of 5, with the
number of queries; then one day sealed, and all of it verified.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, timedelta

import localservices

localservices.provide(role="worker")  # only the worker may add checkpoints
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.every_page import LAST  # noqa: E402
from bench.pages import measure, signed_in  # noqa: E402
from bench.world import the_world  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from people.models import AccessEvent, AuditCheckpoint, Participant, User  # noqa: E402
from people.rights import audit_chain, unusual  # noqa: E402

ROUNDS, MOST = 5, 150


def days(first: date, last: date) -> str:
    return "&".join(
        f"{name}-day={day.day}&{name}-month={day.month}&{name}-year={day.year}"
        for name, day in (("since", first), ("until", last))
    )


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def pages(client: Client) -> list[str]:
    """Print each page's time; return those above the ceiling."""
    with acting_as(SYSTEM), transaction.atomic():
        person, event = Participant.objects.order_by("-pk")[0], AccessEvent.objects.order_by("-pk")[0]
        who = User.objects.get(pk=event.user_id)
    today = timezone.localdate()
    year, week = days(today - timedelta(days=365), today), days(today - timedelta(days=97), today - timedelta(days=90))
    audit = "/audit/"
    asked = {
        "the last 30 days": audit,
        "their last page": f"{audit}?page={LAST}",
        "one viewer, a year": f"{audit}?viewer={who.email}&{year}",
        "one viewer, the last page": f"{audit}?viewer={who.email}&{year}&page={LAST}",
        "one person, a year": f"{audit}?crn={person.crn}&{year}",
        "a week last quarter": f"{audit}?{week}",
        "that week, the last page": f"{audit}?{week}&page={LAST}",
        "refusals, a year": f"{audit}?kind=REFUSED&{year}",
        "emergencies, a year": f"{audit}?kind=BREAK_GLASS&{year}",
        "a page's name, a year": f"{audit}?page_name=page-7&{year}",
        "a page's name that is nowhere": f"{audit}?page_name=nowhere&{year}",
        "unusual use": "/audit/unusual/",
    }
    slow = []
    for name, url in asked.items():
        queries, took, _ = measure(client, url, rounds=ROUNDS)
        print(f"{name}: {took:.0f} ms, {queries} queries (at most {MOST} ms)")
        if took > MOST:
            slow.append(name)
    return slow


def night() -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    with acting_as(SYSTEM), transaction.atomic():
        every = timed(lambda: audit_chain.add_checkpoints(today=today - timedelta(days=1), now=now))
        print(f"every day but the last: {every:.0f} ms")
    with acting_as(SYSTEM), transaction.atomic():
        one = timed(lambda: audit_chain.add_checkpoints(today=today, now=now))
        print(f"one day sealed: {one:.0f} ms, {AuditCheckpoint.objects.order_by('-day')[0].events:,} looks")
        print(f"unusual use worked out, at night: {timed(lambda: unusual.lines(today=today)):.0f} ms")
        print(
            f"verify_audit: {timed(lambda: audit_chain.check(now=now)):.0f} ms, {AccessEvent.objects.count():,} looks"
        )


def main() -> None:
    world = the_world()
    with acting_as(SYSTEM), transaction.atomic():
        user = User.objects.get(pk=world.users["officer"])
    client = signed_in(user)
    night()
    slow = pages(client)
    connection.close()
    if slow:
        raise SystemExit(f"Too slow: {'; '.join(slow)}")


if __name__ == "__main__":
    main()

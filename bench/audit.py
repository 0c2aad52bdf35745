"""How long does the officer wait? `python -m bench.audit [events]`: the audit's pages and its night, on many looks.

A grown caseload with 2,000,000 looks unless told otherwise, by 400 practitioners over a year of days. Server time of
whole pages as the data-protection officer, medians of 5, with the number of queries; then one day sealed, and all of it
verified.
"""

from __future__ import annotations

import os
import subprocess
import sys
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

from bench.pages import measure, signed_in  # noqa: E402
from bench.second_wall import as_owner, grown  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from people import services  # noqa: E402
from people.models import AccessEvent, AuditCheckpoint, Participant, Role, User  # noqa: E402
from people.rights import audit_chain, unusual  # noqa: E402

USUAL, PEOPLE, ROUNDS, MOST = 2_000_000, 20_000, 5, 300
# Nine in ten events open one record, the others list 25; one in fifty is after hours.
EVENTS = """
    with staff as (select array_agg(distinct user_id) as ids from people_membership where role = 'PRACTITIONER'),
    them as (select array_agg(id) as ids from people_participant),
    made as (
        select n,
            date_trunc('day', now() - interval '1 year' * (1 - n::float / %(many)s))
                + interval '1 hour' * (8 + case when n %% 50 = 0 then 13 else 10 * random() end) as moment,
            staff.ids[1 + (n * 7919) %% cardinality(staff.ids)] as viewer,
            case when n %% 10 = 0 then 'LIST' when n %% 199 = 0 then 'REFUSED'
                when n %% 7 = 0 then 'CHANGE' else 'PERSON' end as kind,
            case when n %% 10 = 0
                then them.ids[1 + n %% (cardinality(them.ids) - 25):25 + n %% (cardinality(them.ids) - 25)]
                else array[them.ids[1 + (n * 104729) %% cardinality(them.ids)]] end as whom
        from generate_series(1::bigint, %(many)s) n, staff, them
    )
    insert into people_accessevent (at, user_id, roles, kind, page, participants, request_id, why, target)
    select moment - case when extract(isodow from moment) > 5 and n %% 20 > 0 then interval '2 days' else '0' end,
        viewer, 'PRACTITIONER', kind, 'people:page-' || n * 31 %% 80, whom, 'bench',
        case when n %% 5000 = 0 then 'BREAK_GLASS' else 'ASSIGNED' end, ''
    from made
"""


def access_words(wanted: int) -> None:
    with acting_as(SYSTEM), transaction.atomic():
        there = AccessEvent.objects.count()
    if wanted <= there:
        return
    owner = as_owner()
    with owner, owner.cursor() as cursor:
        cursor.execute(EVENTS, {"many": wanted - there})
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("vacuum analyze people_accessevent")


def officer() -> User:
    found = User.objects.filter(email="dpo@bench.example").first()
    if found is None:
        found = User.objects.create_user(email="dpo@bench.example", name="Dilys Bench")
        services.join(
            by=User.objects.service(), user=found, role=Role.DATA_PROTECTION, team=None, today=timezone.localdate()
        )
    return found


def days(first: date, last: date) -> str:
    return "&".join(
        f"{name}-day={day.day}&{name}-month={day.month}&{name}-year={day.year}"
        for name, day in (("since", first), ("until", last))
    )


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def pages(client: Client) -> None:
    with acting_as(SYSTEM), transaction.atomic():
        person, event = Participant.objects.order_by("-pk")[0], AccessEvent.objects.order_by("-pk")[0]
        who = User.objects.get(pk=event.user_id)
    today = timezone.localdate()
    year, week = days(today - timedelta(days=365), today), days(today - timedelta(days=97), today - timedelta(days=90))
    audit = "/audit/"
    asked = {
        "the last 30 days": audit,
        "their last page": f"{audit}?page=last",
        "one viewer, a year": f"{audit}?viewer={who.email}&{year}",
        "one viewer, the last page": f"{audit}?viewer={who.email}&{year}&page=last",
        "one person, a year": f"{audit}?crn={person.crn}&{year}",
        "a week last quarter": f"{audit}?{week}",
        "that week, the last page": f"{audit}?{week}&page=last",
        "refusals, a year": f"{audit}?kind=REFUSED&{year}",
        "emergencies, a year": f"{audit}?kind=BREAK_GLASS&{year}",
        "a page's name, a year": f"{audit}?page_name=page-7&{year}",
        "a page's name that is nowhere": f"{audit}?page_name=nowhere&{year}",
        "unusual use": "/audit/unusual/",
    }
    for name, url in asked.items():
        queries, took, _ = measure(client, url, rounds=ROUNDS)
        print(f"{name}: {took:.0f} ms, {queries} queries (at most {MOST} ms)")


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
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
    grown(PEOPLE)
    access_words(int(sys.argv[1]) if len(sys.argv) > 1 else USUAL)
    with acting_as(SYSTEM), transaction.atomic():
        user = officer()
    client = signed_in(user)
    night()
    pages(client)
    connection.close()


if __name__ == "__main__":
    main()

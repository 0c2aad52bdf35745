"""What does row-level security cost? `python -m bench.second_wall [people]`: pages with policies on and off, in turn.

A grown caseload (50,000 people and 500,000 contacts unless told otherwise), seen by a practitioner: about 50 people of
their own and 500 by their team. Server time of whole pages, medians of 30, both ways alternately in one run.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
os.environ.setdefault("SEARCHES_PER_HOUR", "100000")  # one account asks for more here than a person does

import django  # noqa: E402

django.setup()

import psycopg2  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench.pages import signed_in  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from people.models import Assignment, Participant  # noqa: E402
from rehab import env  # noqa: E402

USUAL, CONTACTS, ROUNDS, MOST = 50_000, 10, 30, 1.5


def grown(wanted: int) -> None:
    with acting_as(SYSTEM), transaction.atomic():
        there = Participant.objects.count()
    if wanted > there:
        words = ["volume", "--people", str(wanted - there), "--contacts", str(CONTACTS)]
        subprocess.run([sys.executable, "manage.py", *words], check=True)


def as_owner() -> psycopg2.extensions.connection:
    parts = env.database("DATABASE_URL_OWNER")
    host = parts["HOST"] or parts.get("OPTIONS", {}).get("host", "")
    return psycopg2.connect(dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=host)


HIDDEN = """
    select c.relname, string_agg(quote_ident(a.attname), ', ') from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
      and exists (select from pg_views v where v.schemaname like 'shown%' and v.viewname = c.relname)
      and not has_column_privilege('rehab_web', c.oid, a.attnum, 'select')
    group by 1
"""


def hidden_columns(owner: psycopg2.extensions.connection) -> list[tuple[str, str]]:
    with owner.cursor() as cursor:
        cursor.execute(HIDDEN)
        return list(cursor.fetchall())


def wall(owner: psycopg2.extensions.connection, hidden: list[tuple[str, str]], *, up: bool) -> None:
    """Put up, or take down, the policies and the views that leave columns empty."""
    with owner.cursor() as cursor:
        cursor.execute("select to_regnamespace('shown') is not null")
        if cursor.fetchone() != (up,):
            cursor.execute(f"alter schema {'shown_not rename to shown' if up else 'shown rename to shown_not'}")
        for table, columns in hidden:
            cursor.execute(
                f"{'revoke' if up else 'grant'} select ({columns}) on {table} {'from' if up else 'to'} rehab_web"
            )
        cursor.execute("select distinct tablename from pg_policies")
        for (table,) in cursor.fetchall():
            cursor.execute(f"alter table {table} {'enable' if up else 'disable'} row level security")


def timed(client: Client, url: str) -> float:
    began = time.perf_counter()
    assert client.get(url).status_code == 200, url
    return (time.perf_counter() - began) * 1000


def main() -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
    grown(int(sys.argv[1]) if len(sys.argv) > 1 else USUAL)
    with acting_as(SYSTEM), transaction.atomic():
        lead = Assignment.objects.filter(ends_on=None).select_related("practitioner").order_by("-pk")[0]
        user, person = lead.practitioner, lead.participant
    client = signed_in(user)
    urls = {
        "person page": f"/people/{person.ref}/",
        "list": "/people/?whose=all",
        "search by name": f"/people/?whose=all&q={person.family_name}",
        "note search": "/notes/?words=work",
        "home": "/",
    }
    owner = as_owner()
    owner.autocommit = True
    hidden = hidden_columns(owner)
    times: dict[tuple[str, bool], list[float]] = {}
    try:
        for _ in range(ROUNDS):
            for up in (True, False):
                wall(owner, hidden, up=up)
                for name, url in urls.items():
                    timed(client, url)
                    times.setdefault((name, up), []).append(timed(client, url))
    finally:
        wall(owner, hidden, up=True)
    for name in urls:
        on, off = (statistics.median(times[name, up]) for up in (True, False))
        print(f"{name}: {on:.0f} ms with the policies, {off:.0f} ms without, ratio {on / off:.2f} (at most {MOST})")
    connection.close()


if __name__ == "__main__":
    main()

"""What does row-level security cost? `python -m bench.second_wall`: pages with policies on and off, in turn.

The people that `bench.every_page` grew, seen by a practitioner (about 50 of their own and 500 by their team) and by a
reader of 20,000. Server time of whole pages, medians, both ways alternately in one run. Fails where a practitioner's
page takes more than 1.5 times as long with the policies, or a reader's is above its ceiling.
"""

from __future__ import annotations

import itertools
import os
import statistics
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

from bench.every_page import HOME, SORT, TEAM, WIDE  # noqa: E402
from bench.pages import signed_in  # noqa: E402
from bench.world import World, the_world  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as  # noqa: E402
from people.caseload.listing import orders  # noqa: E402
from people.models import User  # noqa: E402
from rehab import env  # noqa: E402

ROUNDS, MOST = 12, 1.5
ROLES = ("practitioner", "reader")


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


def pages_of(world: World, role: str) -> dict[str, tuple[str, int]]:
    """Some pages with their paths and ceilings (ms)."""
    there = world.addresses["people:participant-list"]
    pages = {
        "home": (world.addresses["home"], HOME),
        "person page": (world.addresses["person-overview"], WIDE),
        "list": (f"{there}?whose=all", SORT),
        "search by name": (f"{there}?whose=all&q={world.family_name}", WIDE),
        "note search": (f"{world.addresses['engagement:note-search']}?words=work", WIDE),
    }
    if role == "reader":
        pages["team"] = (world.addresses["team"], TEAM)
        pages |= {f"list by {key}": (f"{there}?whose=all&sort={key}", SORT) for key, _ in orders()}
    return pages


Times = dict[tuple[str, str, bool], list[float]]  # role, page, with policies: milliseconds


def measured(world: World) -> Times:
    clients, times = {}, Times()
    for role in ROLES:
        with acting_as(SYSTEM), transaction.atomic():
            user = User.objects.get(pk=world.users[role])
        clients[role] = signed_in(user)
    owner = as_owner()
    owner.autocommit = True
    hidden = hidden_columns(owner)
    try:
        for _, up in itertools.product(range(ROUNDS), (True, False)):
            wall(owner, hidden, up=up)
            for role, client in clients.items():
                for name, (url, _) in pages_of(world, role).items():
                    timed(client, url)
                    times.setdefault((role, name, up), []).append(timed(client, url))
    finally:
        wall(owner, hidden, up=True)
    return times


def main() -> None:
    world = the_world()
    times = measured(world)
    connection.close()
    slow = []
    for role in ROLES:
        for name, (_, ceiling) in pages_of(world, role).items():
            on, off = (statistics.median(times[role, name, up]) for up in (True, False))
            print(f"{role}, {name}: {on:.0f} ms with the policies, {off:.0f} ms without, ratio {on / off:.2f}")
            if on / off > MOST if role == "practitioner" else on > ceiling:
                slow.append(f"{role}, {name}")
    if slow:
        raise SystemExit(f"Too slow: {'; '.join(slow)}")


if __name__ == "__main__":
    main()

"""The ten slowest statements of the slowest pages, with their plans. `bench.every_page` runs it at the end."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import localservices

localservices.provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.pages import signed_in  # noqa: E402
from bench.world import the_world  # noqa: E402
from common.postgres.actor import SYSTEM, acting_as, current  # noqa: E402
from people.models import User  # noqa: E402

PAGES, STATEMENTS, LONGEST = 20, 10, 4000  # letters of a plan
Slow = tuple[float, str, str, Any, str]  # ms, page, SQL, parameters, who acted


def statements_of(pages: list[dict[str, Any]]) -> list[Slow]:
    found: list[Slow] = []
    users = the_world().users
    for page in pages:
        with acting_as(SYSTEM), transaction.atomic():
            user = User.objects.get(pk=users[page["role"]])
        client = signed_in(user)
        name = f"{page['role']} {page['page']}"

        def clock(execute: Any, sql: str, params: Any, many: bool, context: Any, name: str = name) -> Any:
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                found.append(((time.perf_counter() - began) * 1000, name, sql, params, current()))

        client.get(page["path"])
        with connection.execute_wrapper(clock):
            client.get(page["path"]).getvalue()
    return found


def slowest(found: list[Slow]) -> list[Slow]:
    """Each statement once."""
    by_words: dict[str, Slow] = {}
    for one in sorted(found, key=lambda one: -one[0]):
        by_words.setdefault(one[2][:300], one)
    return list(by_words.values())[:STATEMENTS]


def plan(sql: str, params: Any, actor: str) -> str:
    user, _, role = actor.partition("/")
    with acting_as(user or None, int(role) if role else None), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.execute(f"explain (analyze, costs off, summary off, buffers off) {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def main(measured: Path) -> None:
    pages = json.loads(measured.read_text())["pages"][:PAGES]
    for took, page, sql, params, actor in slowest(statements_of(pages)):
        print(f"\n{took:.0f} ms, {page}:\n{sql[:LONGEST]}\n")
        if sql.lstrip().lower().startswith(("select", "with")):
            print(plan(sql, params, actor)[:LONGEST])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

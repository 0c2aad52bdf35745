"""Migration steps for what the web, the worker and the service may do with a table."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.operations.special import RunSQL

WEB, WORKER, SERVICE = "rehab_web", "rehab_worker", "rehab_service"
EVERYONE = (WEB, WORKER, SERVICE)
HISTORY = """
do $$
declare
    name regclass;
begin
    for name in
        select c.oid::regclass from pg_class c
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname like '{app}\\_historical%'
    loop
        execute format('revoke update, delete, truncate on %s from rehab_web, rehab_worker, rehab_service', name);
    end loop;
end $$
"""


def run_file(path: str, undo: str = "") -> RunSQL:
    """Run a file of SQL, named from the root of the project. `undo` is SQL; nothing is undone without it."""
    return RunSQL((settings.BASE_DIR / path).read_text(), undo or RunSQL.noop)


def history_append_only(app: str) -> RunSQL:
    """Leave everyone SELECT and INSERT alone on every table of history of this app."""
    return RunSQL(HISTORY.format(app=app), RunSQL.noop)


def append_only(*tables: str, may_update: dict[str, str] | None = None, roles: tuple[str, ...] = EVERYONE) -> RunSQL:
    """Leave these roles SELECT and INSERT alone on these tables. `may_update` names columns, with commas, by table."""
    names, groups = [*tables, *(may_update or {})], ", ".join(roles)
    revokes = [f"revoke update, delete, truncate on {name} from {groups}" for name in names]
    grants = [f"grant update ({columns}) on {table} to {groups}" for table, columns in (may_update or {}).items()]
    return RunSQL([*revokes, *grants], RunSQL.noop)


def load_trigrams(using: str = "default", **_: Any) -> None:
    """Load pg_trgm where it is installed. Until a session has, only a superuser may make a function that sets how alike
    words must be. Asked before each `migrate`."""
    with connections[using].cursor() as cursor:
        cursor.execute("select to_regprocedure('show_limit()') is not null")
        if cursor.fetchone() == (True,):
            cursor.execute("select show_limit()")

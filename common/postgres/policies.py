"""Migration steps for row-level security: which rows of a table the acting user may see and write.

Each rule is one SQL expression over the table's own columns. The web and the worker are held to it; the service's own
role (see actor.py) is not. A table of history is held to the same rule as the table whose past it keeps.
`app_sees(level, group)` gives the ids of the people whom the acting user may see: an array, worked out once a query,
so that an index on the person still serves (measured: a search of a page of 25 within 1.5 of no policy).
"""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

NAME, CONTACT, FULL = 1, 2, 3  # people.Level


def sees(column: str = "participant_id", *, level: int = FULL, group: str = "") -> str:
    """The person in this column is one whom the acting user sees at this level, or who shares this group with them."""
    shared = f", '{group}'" if group else ""
    return f"{column} = any((select app_sees({level}{shared}))::bigint[])"


def through(column: str, table: str, rule: str = "") -> str:
    """The row that this column points at may be seen (or keeps to `rule`)."""
    return f"{column} in (select id from {table}{f' where {rule}' if rule else ''})"


def none_or(column: str, rule: str) -> str:
    """The column is empty (the row is about nobody), or the rule holds."""
    return f"{column} is null or {rule}"


def guard(table: str, rule: str, *, history: str = "", history_rule: str = "") -> RunSQL:
    """Turn row-level security on for a table, and for its table of history where it has one."""
    tables = {table: rule} | ({history: history_rule or rule} if history else {})
    return RunSQL(
        [statement for name, held in tables.items() for statement in _statements(name, held)],
        [f"alter table {name} disable row level security" for name in tables],
    )


def _statements(table: str, rule: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"drop policy if exists seen on {table}",
        f"drop policy if exists served on {table}",
        f"create policy seen on {table} to rehab_web, rehab_worker using ({rule}) with check ({rule})",
        f"create policy served on {table} to rehab_service using (true) with check (true)",
    ]

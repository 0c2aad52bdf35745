"""Migration steps for row-level security, as the first migrations had them: one rule for seeing and writing.

`people/0007_writing.py` makes them rules for seeing, and `people/0025_visible.py` lets them look for a bit. A new table
is guarded by `writing.guard`, with the rules of `writing.py`.

Each rule is one SQL expression over the table's own columns. It binds the web and the worker, and not rehab_service
(see actor.py). A history table has the same rule as its table.

A table one step from a person asks its parent. For a table further away `carry_person` adds a column with the person's
id, which triggers keep and the models do not know.
"""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

NAME, CONTACT, FULL = 1, 2, 3  # people.Level
PERSON = "person_id"  # the column of `carry_person`


def sees(column: str = "participant_id", *groups: str, level: int = FULL) -> str:
    """Rule: the acting user sees this person at this level, or the person shares one of these groups with them."""
    shared = "".join(f", '{group}'" for group in groups)
    return f"{column} = any((select app_sees({level}{shared}))::bigint[])"


def through(column: str, table: str, rule: str = "") -> str:
    """Rule: the acting user sees the row that this column points at (or it meets `rule`)."""
    return f"{column} in (select id from {table}{f' where {rule}' if rule else ''})"


def none_or(column: str, rule: str) -> str:
    """Rule: the column is empty, so the row is about nobody; or `rule` holds."""
    return f"{column} is null or {rule}"


def guard(table: str, rule: str, *, history: str = "", history_rule: str = "") -> RunSQL:
    """Turn row-level security on for a table and its history table."""
    tables = {table: rule} | ({history: history_rule or rule} if history else {})
    return RunSQL(
        [statement for name, rule in tables.items() for statement in _statements(name, rule)],
        [f"alter table {name} disable row level security" for name in tables],
    )


def carry_person(table: str, parent: str, key: str, *, of_parent: str = PERSON, history: str = "") -> RunSQL:
    """Give each row of a table, and of its history, the person's id of its parent row (`key`).

    A row without a parent gets 0, nobody, which every signed-in user sees. Where the parent moves to another person,
    its rows and their history follow.
    """
    tables = [table, *([history] if history else [])]
    told = f"told_{table}"
    moved = "".join(f"update {name} set {PERSON} = new.{of_parent} where {key} = new.id; " for name in tables)
    function = "language plpgsql security definer set search_path = public, pg_temp as"
    return RunSQL(
        [
            *(f"alter table {name} add column {PERSON} bigint not null default 0" for name in tables),
            f"create function {told}() returns trigger {function} $$ begin new.{PERSON} :="
            f" coalesce((select {of_parent} from {parent} where id = new.{key}), 0); return new; end $$",
            f"create function {told}_moved() returns trigger {function} $$ begin {moved} return null; end $$",
            *(f"update {name} t set {PERSON} = p.{of_parent} from {parent} p where p.id = t.{key}" for name in tables),
            *(
                f"create trigger {told} before insert or update of {key} on {name}"
                f" for each row execute function {told}()"
                for name in tables
            ),
            f"create trigger {told}_moved after update of {of_parent} on {parent} for each row"
            f" when (old.{of_parent} is distinct from new.{of_parent}) execute function {told}_moved()",
            *(f"create index {name}_of_person on {name} ({PERSON})" for name in tables),
        ],
        [
            f"drop trigger {told}_moved on {parent}",
            *(f"drop trigger {told} on {name}" for name in tables),
            f"drop function {told}_moved()",
            f"drop function {told}()",
            *(f"alter table {name} drop column {PERSON}" for name in tables),
        ],
    )


def _statements(table: str, rule: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"drop policy if exists seen on {table}",
        f"drop policy if exists served on {table}",
        f"create policy seen on {table} to rehab_web, rehab_worker using ({rule}) with check ({rule})",
        f"create policy served on {table} to rehab_service using (true) with check (true)",
    ]

"""Migration steps for row-level security: which rows of a table the acting user may see and write.

Each rule is one SQL expression over the table's own columns. The web and the worker are held to it; the service's own
role (see actor.py) is not. A table of history is held to the same rule as the table whose past it keeps.

What the rules cost is in their shape (`python -m bench.second_wall`). `app_sees(level, groups)` gives the ids of the
people whom the acting user may see: an array, worked out once a transaction, so that an index on the person serves. A
table one step from a person asks through its parent. A table further away is told whose it is: `carry_person` gives it
a column that the models do not know, kept by triggers.
"""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

NAME, CONTACT, FULL = 1, 2, 3  # people.Level
PERSON = "person_id"  # the column of `carry_person`


def sees(column: str = "participant_id", *groups: str, level: int = FULL) -> str:
    """The person in this column is one whom the acting user sees at this level, or who shares a group with them."""
    shared = "".join(f", '{group}'" for group in groups)
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
        [statement for name, rule in tables.items() for statement in _statements(name, rule)],
        [f"alter table {name} disable row level security" for name in tables],
    )


def carry_person(table: str, parent: str, key: str, *, of_parent: str = PERSON, history: str = "") -> RunSQL:
    """Give each row of a table, and of its history, the id of the person whom the row it hangs on (`key`) is about.

    A row that hangs on nothing is nobody's: 0, which everyone who is signed in sees. Where the parent moves to another
    person, so do its rows and their history.
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

"""Migration steps for who may write: a policy each for INSERT, UPDATE and DELETE, and none is false.

Reading is `policies.py`. Whoever reads a row in an emergency, or reads their own, may not write it by that: `changes`
leaves both out, and `own` says where a person writes in their own record. Access grants and all else that decides who
sees whom has no policy here: the service alone writes it (`acting_as(SYSTEM)`).
"""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

ACTORS = "rehab_web, rehab_worker"
SERVED = "(select app_is_service())"
OWN_HISTORY = """
do $$
declare
    name regclass;
begin
    for name in
        select c.oid::regclass from pg_class c
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname like '{app}\\_historical%'
    loop
        execute format('create trigger by_hand before insert on %s for each row execute function '
                       'app_history_is_the_writers()', name);
    end loop;
end $$
"""


def changes(column: str = "participant_id") -> str:
    """Rule: the acting user may change this person's record."""
    return f"{column} = any((select app_changes())::bigint[])"


def own(column: str = "participant_id") -> str:
    """Rule: the row is of the acting user's own record."""
    return f"{column} = any((select app_self())::bigint[])"


def either(*rules: str) -> str:
    return " or ".join(f"({rule})" for rule in rules)


def may_write(table: str, *, insert: str = "", update: str = "", delete: str = "", history: str = "") -> RunSQL:
    """Who may add, change and take away rows. History is only added to, by whoever may do any of these."""
    rules = {table: {"insert": insert, "update": update, "delete": delete}}
    if history:
        rules[history] = {"insert": either(*dict.fromkeys(filter(None, (insert, update, delete))))}
    return RunSQL(
        [_policy(name, act, rule) for name, acts in rules.items() for act, rule in acts.items() if rule],
        [f"drop policy {act}_allowed on {name}" for name, acts in rules.items() for act, rule in acts.items() if rule],
    )


def _policy(table: str, act: str, rule: str) -> str:
    checks = {"insert": f"with check ({rule})", "delete": f"using ({rule})"}
    check = checks.get(act, f"using ({rule}) with check ({rule})")
    return f"create policy {act}_allowed on {table} for {act} to {ACTORS} {check}"


def guard(
    table: str, *, see: str, insert: str = "", update: str = "", delete: str = "", history: str = "",
    history_see: str = "",
) -> RunSQL:  # fmt: skip
    """Turn row-level security on for a new table: who may see its rows, and who may write them.

    Without a rule for writing, the service alone writes. Its history is seen by the same rule, or by `history_see`.
    """
    seen = {table: see} | ({history: history_see or see} if history else {})
    written = may_write(table, insert=insert, update=update, delete=delete, history=history if insert or update else "")
    return RunSQL(
        [
            *(statement for name, rule in seen.items() for statement in _reading(name, rule)),
            *written.sql,
        ],
        [f"alter table {name} disable row level security" for name in seen],
    )


def _reading(table: str, rule: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"create policy seen on {table} for select to {ACTORS} using ({rule})",
        f"create policy served on {table} to rehab_service using ({SERVED}) with check ({SERVED})",
    ]


def _before(name: str, act: str, table: str, function: str, columns: tuple[str, ...] = ()) -> RunSQL:
    said = ", ".join(f"'{column}'" for column in columns)
    return RunSQL(
        f"create trigger {name} before {act} on {table} for each row execute function {function}({said})",
        f"drop trigger {name} on {table}",
    )


def fixed(table: str, *columns: str) -> RunSQL:
    """Only the service changes these columns."""
    return _before("fixed", "update", table, "app_fixed", columns)


def by_hand(table: str, *columns: str) -> RunSQL:
    """These columns name whoever writes them. One with a `?` may be emptied again."""
    return _before("by_hand", "insert or update", table, "app_by_hand", columns)


def own_part(table: str, *columns: str) -> RunSQL:
    """In their own record a person changes these columns alone."""
    return _before("own_part", "update", table, "app_own_part", columns)


def own_history(app: str) -> RunSQL:
    """Rows of history of this app name whoever writes them, and the moment."""
    return RunSQL(OWN_HISTORY.format(app=app), RunSQL.noop)

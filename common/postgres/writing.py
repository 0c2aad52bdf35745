"""Migration steps for who may write: a policy each for INSERT, UPDATE and DELETE, and none is false.

Reading is `policies.py`. Whoever reads a row in an emergency, or reads their own, may not write it by that: `changes`
leaves both out, and `own` says where a person writes in their own record. Access grants and all else that decides who
sees whom has no policy here: the service alone writes it (`acting_as(SYSTEM)`).
"""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

ACTORS = "rehab_web, rehab_worker"
SERVED = "(select app_is_service())"


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

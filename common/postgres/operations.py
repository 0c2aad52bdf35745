"""Migration steps for what the web and the worker may do with a table."""

from typing import Any

from django.db.migrations.operations.special import RunSQL

GROUPS = ("rehab_web", "rehab_worker")
SERVICE = "rehab_service"


def append_only(*tables: str, may_update: dict[str, str] | None = None, roles: tuple[str, ...] = GROUPS) -> RunSQL:
    """Leave these roles SELECT and INSERT alone on these tables; `may_update` names columns by table."""
    statements: list[str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | tuple[()] | None]] = []
    for group in roles:
        for table in tables:
            statements.append(f"revoke update, delete, truncate on {table} from {group}")
        for table, columns in (may_update or {}).items():
            statements.append(f"revoke update, delete, truncate on {table} from {group}")
            statements.append(f"grant update ({columns}) on {table} to {group}")
    return RunSQL(statements, RunSQL.noop)

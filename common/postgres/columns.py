"""Migration steps for columns that not everyone who sees the row may read. Row-level security hides rows alone.

Web and worker read such a table through a view of its name in the schema `shown`, the first on their search path
(settings.py). It leaves a column empty where its rule does not hold. Of the table itself they may read the columns that
need no rule. The view is owned by rehab_shown, which has the table's policies, so that rows are hidden as in the table;
what is written through it is written by the acting login, under its own policies (common/sql/shown.sql).

The service reads the table. The model says `hides_columns = True`. Whoever adds a column to such a table calls `show`
again: a test compares the two.
"""

from __future__ import annotations

import json

from django.db.migrations.operations.special import RunSQL


def show(table: str, hidden: dict[str, list[str]]) -> RunSQL:
    """Empty these columns where their rule does not hold: rules with their columns."""
    rules = {column: rule for rule, columns in hidden.items() for column in columns}
    words = json.dumps(rules).replace("'", "''")
    return RunSQL(f"select app_show('{table}', '{words}')", f"drop view shown.{table}")

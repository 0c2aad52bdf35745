"""Migration steps for who may see and who may write: a policy each for SELECT, INSERT, UPDATE and DELETE.

The shape of a rule decides its cost (`python -m bench.every_page`). Whom the acting user sees is worked out once, as
bits (people/sql/visible.sql), and a rule looks for one: no index serves it. In a long list `visible_to` leads to the
rows.

What no rule for writing allows is forbidden. Whoever reads a row in an emergency, or reads their own, may not write it
by that: `changeable` leaves both out, and `own` says where a person writes in their own record. Access grants and all
else that decides who sees whom has no policy here: the service alone writes it (`acting_as(SYSTEM)`).
"""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

from common.postgres.operations import append_only
from common.postgres.policies import FULL

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

ROWS_STAY = """
do $$
declare
    name regclass;
    said text;
begin
    for name in
        select distinct c.oid::regclass from pg_policies p join pg_class c on c.relname = p.tablename
        where p.schemaname = 'public' and c.relnamespace = 'public'::regnamespace and p.cmd = 'UPDATE'
          and 'rehab_web' = any (p.roles) and p.tablename like '{app}\\_%'
    loop
        -- Its number, the person, and the parent from which the person's number is taken (`carry_person`).
        select string_agg(quote_literal(a.attname), ', ') into said from pg_attribute a
        where a.attrelid = name and not a.attisdropped and (
            a.attname in ('id', 'participant_id', 'person_id')
            or exists (select from pg_trigger t where t.tgrelid = name and t.tgname = 'told_' || name::text
                       and a.attnum = any (t.tgattr))
        );
        execute format('create trigger a_row_stays before update on %s for each row execute function app_fixed(%s)',
                       name, said);
    end loop;
end
$$
"""
# Postgres writes a policy as it reads it, so these are the only forms there are.
ASK_BITS = r"""
do $$
declare
    found record;
    before text;
    after text;
begin
    for found in
        select tablename, policyname, cmd, qual, with_check from pg_policies
        where schemaname = 'public' and tablename like '{app}\_%'
          and coalesce(qual, '') || coalesce(with_check, '') ~ 'app_(sees|changes|granted)\('
    loop
        before := 'alter policy ' || quote_ident(found.policyname) || ' on ' || quote_ident(found.tablename)
            || case when found.qual is null then '' else ' using (' || found.qual || ')' end
            || case when found.with_check is null then '' else ' with check (' || found.with_check || ')' end;
        after := regexp_replace(before, '([a-z_.]+) = ANY \(\( SELECT app_sees\(([^()]+)\) AS app_sees\)::bigint\[\]\)',
                                'app_has((select app_visible(\2)), \1)', 'g');
        after := regexp_replace(after, '([a-z_.]+) = ANY \(\( SELECT app_changes\(\) AS app_changes\)::bigint\[\]\)',
                                'app_has((select app_may_change()), \1)', 'g');
        after := regexp_replace(after, '([a-z_.]+) = ANY \(\( SELECT app_granted\(3\) AS app_granted\)::bigint\[\]\)',
                                'app_has((select app_granted_in_full()), \1)', 'g');
        if after ~ 'app_(sees|changes|granted)\(' then
            raise exception 'a policy asks for an array still: %', after;
        end if;
        execute after;
    end loop;
end
$$
"""
READABLE_MOMENTS = """
do $$
declare
    col record;
begin
    for col in
        select c.table_name, c.column_name, c.data_type from information_schema.columns c
        where c.table_schema = 'public' and c.table_name like '{app}\\_%'
          and c.data_type in ('date', 'timestamp with time zone') and c.is_generated = 'NEVER'
          and exists (select from pg_policies p where p.tablename = c.table_name and 'rehab_web' = any (p.roles)
                      and p.cmd in ('INSERT', 'UPDATE'))
    loop
        execute format('alter table %I add constraint %I check (%I between %L and %L)', col.table_name,
                       left(col.column_name, 40) || '_can_be_read', col.column_name, '0002-01-01', '9998-12-31');
    end loop;
end
$$
"""


def changes(column: str = "participant_id") -> str:
    """The rule `changeable`, as migrations before people/0025_visible.py had it."""
    return f"{column} = any((select app_changes())::bigint[])"


def own(column: str = "participant_id") -> str:
    """Rule: the row is of the acting user's own record."""
    return f"{column} = any((select app_self())::bigint[])"


def visible(column: str = "participant_id", *groups: str, level: int = FULL) -> str:
    """Rule: the acting user sees this person at this level, or the person shares one of these groups with them."""
    shared = "".join(f", '{group}'" for group in groups)
    return f"app_has((select app_visible({level}{shared})), {column})"


def changeable(column: str = "participant_id") -> str:
    """Rule: the acting user may change this person's record."""
    return f"app_has((select app_may_change()), {column})"


def beneath(column: str, table: str, rule: str = "") -> str:
    """Rule: the acting user sees the row that this column points at, and it meets `rule`. Asked row by row, or once for
    all of them: Postgres chooses."""
    return f"exists (select from {table} parent where parent.id = {column}{f' and ({rule})' if rule else ''})"


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


def row_stays(table: str) -> RunSQL:
    """A row that is changed stays the row that it is, and of the same person."""
    return _before("a_row_stays", "update", table, "app_fixed", ("id", "participant_id"))


def part_of_record(
    table: str, *, dates: tuple[str, ...] = (), delete: bool = False, see: str = "", write: str = ""
) -> list[RunSQL]:
    """A new table with history, of what a record says of a person (`participant_id`).

    Whoever sees the person in full reads it; whoever may change the record writes it, and takes rows away where
    `delete` says so; or whom `see` and `write` say. `dates` are its columns that hold a day or a moment.
    """
    app, name = table.split("_", 1)
    history, rule = f"{app}_historical{name}", write or changeable()
    return [
        guard(
            table,
            see=see or visible(),
            insert=rule,
            update=rule,
            delete=rule if delete else "",
            history=history,
        ),
        append_only(history),
        _before("by_hand", "insert", history, "app_history_is_the_writers"),
        row_stays(table),
        *(readable(table, column) for column in dates),
    ]


def readable(table: str, column: str) -> RunSQL:
    """This column's days or moments are ones that Python can read."""
    return RunSQL(
        f"alter table {table} add constraint {column}_can_be_read"
        f" check ({column} between '0002-01-01' and '9998-12-31')",
        f"alter table {table} drop constraint {column}_can_be_read",
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


def rows_stay(app: str) -> RunSQL:
    """In every table of this app, only the service changes which row it is, whose, and to which parent it hangs."""
    return RunSQL(ROWS_STAY.format(app=app), RunSQL.noop)


def readable_moments(app: str) -> RunSQL:
    """No day or moment is written that Python cannot read: one such row would stop whoever reads all of them."""
    return RunSQL(READABLE_MOMENTS.format(app=app), RunSQL.noop)


def also(table: str, act: str, rule: str) -> RunSQL:
    """Ask for `rule` too where a policy for `act` stands: INSERT or UPDATE."""
    name = f"{act.lower()}_allowed"
    quoted = rule.replace("'", "''")
    words = (
        f"do $$ declare before text; begin select with_check into strict before from pg_policies"  # noqa: S608
        f" where tablename = '{table}' and policyname = '{name}';"
        f" execute 'alter policy {name} on {table} with check ((' || before || ') and ({quoted}))'; end $$"
    )
    return RunSQL(words, RunSQL.noop)


def again_by_hand(table: str, *columns: str) -> RunSQL:
    """`by_hand` with other columns than before."""
    made = by_hand(table, *columns)
    return RunSQL(f"drop trigger by_hand on {table}; {made.sql}", RunSQL.noop)


def ask_bits(app: str) -> RunSQL:
    """Every policy of this app's tables that asked for an array of ids asks for bits (people/sql/visible.sql)."""
    return RunSQL(ASK_BITS.format(app=app), RunSQL.noop)

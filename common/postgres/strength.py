"""The web and the worker run as a database role that owns nothing, on a Postgres that the tests have run on."""

from __future__ import annotations

import logging
import sys
from typing import NoReturn

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)
STOP = 78  # EX_CONFIG in sysexits.h
TESTED = {18}  # the major versions of PostgreSQL that the whole suite has passed on
# session_user, not current_user: a role that was only taken on can be dropped again.
ASK = """
    select rolname, rolsuper, rolbypassrls, pg_has_role(session_user, %s, 'member'),
           pg_has_role(session_user, 'rehab_shown', 'member'), current_setting('track_activities')::boolean,
           exists (select from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
                   and pg_has_role(session_user, c.relowner, 'member'))
    from pg_roles where rolname = session_user
"""


def too_strong() -> str:
    """Return a sentence about a login that is too strong, or another process's; "" where it is the right one."""
    with connection.cursor() as cursor:
        cursor.execute(ASK, [f"rehab_{settings.DATABASE_ROLE}"])
        role, is_super, bypasses, is_right, sees_all, is_overheard, owns = cursor.fetchone()
    faults = {
        "is a superuser": is_super, "can bypass row security": bypasses, "owns tables": owns,
        "can take on rehab_shown, which sees every column": sees_all,
        "shows other sessions what it asks (track_activities)": is_overheard,
    }  # fmt: skip
    fault = next((words for words, found in faults.items() if found), "")
    if fault:
        return (
            f"The database role “{role}” {fault}. Give web and worker one that owns nothing (docs/running.md says how)."
        )
    if not is_right:
        return (
            f"The {settings.DATABASE_ROLE} logs in as “{role}”. Give it a login of its own (docs/running.md says how)."
        )
    return ""


def owns_tables() -> bool:
    """Whether what is asked now is asked as the owner, whom no policy binds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_has_role(current_user, relowner, 'member') from pg_class"
            " where oid = 'common_heartbeat'::regclass"
        )
        return bool(cursor.fetchone()[0])


def untested() -> str:
    """Return a sentence about a Postgres that the tests have not run on; "" where they have."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
    if version in TESTED:
        return ""
    known = " or ".join(str(number) for number in sorted(TESTED))
    return f"This is PostgreSQL {version}. Good Lives is tested on {known}: run it on that (docs/running.md says how)."


def refuse_unsafe_database() -> None:
    """Stop web or worker at the start if its role is too strong, or the server one that we do not know.

    /healthz asks later if the database is away.
    """
    try:
        sentence = untested() or too_strong()
    except (OperationalError, InterfaceError):
        logger.warning("The database is away, so the strength of our role in it is not known yet.")
        return
    finally:
        connection.close()
    if sentence:
        stop(sentence)


def stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(STOP)

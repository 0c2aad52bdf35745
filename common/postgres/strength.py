"""The web and the worker run as a database role that owns nothing, on a Postgres that the tests have run on."""

from __future__ import annotations

import logging
import sys
from typing import NoReturn

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)
STOP = 78  # EX_CONFIG in sysexits.h
TESTED = {18}  # the major versions of PostgreSQL that the whole suite has passed on
# session_user, not current_user: a role that was only taken on can be dropped again.
ASK = """
    select rolname, rolsuper, rolbypassrls,
           exists (select from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
                   and pg_has_role(session_user, c.relowner, 'member'))
    from pg_roles where rolname = session_user
"""


def too_strong() -> str:
    """Return a sentence about a database role that is too strong; "" where it is weak enough."""
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        role, is_super, bypasses, owns = cursor.fetchone()
    fault = "is a superuser" if is_super else "can bypass row security" if bypasses else "owns tables" if owns else ""
    if not fault:
        return ""
    return f"The database role “{role}” {fault}. Give web and worker one that owns nothing (docs/running.md says how)."


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

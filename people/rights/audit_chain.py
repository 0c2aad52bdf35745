"""Has anyone changed the access log? Its days are a chain of signed checkpoints (people/rights/day_chain.py)."""

from __future__ import annotations

from people.models import AuditCheckpoint
from people.rights.day_chain import DayChain

# A hash for each row, then one over the day's rows in order. A new column does not change old hashes.
DAYS = """
    select (at at time zone %(zone)s)::date as day,
           count(*),
           encode(sha256(string_agg(sha256(convert_to(concat_ws(E'\\x1f',
               id, extract(epoch from at), coalesce(user_id, 0), roles, kind, page,
               array_to_string(participants, ','), request_id, why, target), 'UTF8')), ''::bytea order by id)), 'hex')
    from people_accessevent
    where at >= (%(first)s::date)::timestamp at time zone %(zone)s
      and at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
    group by 1
"""
CHAIN = DayChain(
    model=AuditCheckpoint,
    counts="events",
    name="audit",
    what="looks",
    sql=DAYS,
    begins="select (min(at) at time zone %s)::date from people_accessevent",
)
check, head, in_line, passes_through = CHAIN.check, CHAIN.head, CHAIN.in_line, CHAIN.passes_through
add_checkpoints, sign_again = CHAIN.add, CHAIN.sign_again

"""Has anyone changed the ledger? The entries of each day, by their own hashes, are a chain of signed checkpoints."""

from __future__ import annotations

from budgets.models import LedgerCheckpoint
from people.rights.day_chain import DayChain

# An entry's hash covers all that it says and the entry before it (budgets/sql/ledger.sql).
DAYS = """
    select (t.at at time zone %(zone)s)::date as day, count(*),
           encode(sha256(string_agg(e.hash, ''::bytea order by e.id)), 'hex')
    from budgets_transaction t join budgets_entry e on e.transaction_id = t.id
    where t.at >= (%(first)s::date)::timestamp at time zone %(zone)s
      and t.at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
    group by 1
"""
CHAIN = DayChain(
    model=LedgerCheckpoint,
    counts="entries",
    name="ledger",
    what="entries",
    sql=DAYS,
    begins="select (min(at) at time zone %s)::date from budgets_transaction",
    salt=b"the ledger's seals",
)

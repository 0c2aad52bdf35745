"""Recompute the ledger from its entries and name every difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from budgets import ledger_chain, totals
from budgets.models import Entry, PotTotal
from common.money import pounds

ACCOUNT_IS_ITS_ENTRIES = """
    select a.id, a.balance, coalesce(sum(e.amount), 0) from budgets_account a
    left join budgets_entry e on e.account_id = a.id group by a.id having a.balance <> coalesce(sum(e.amount), 0)
"""
HEAD_IS_THE_LAST = """
    select a.id from budgets_account a left join budgets_entry e on e.account_id = a.id and e.number = a.last_number
    where a.head <> coalesce(e.hash, '')
       or a.last_number <> (select count(*) from budgets_entry o where o.account_id = a.id)
"""
# Entries of an account follow each other: numbers without a gap, balances that add up and are never below zero, hashes.
CHAIN = """
    select account_id, number from (
        select e.*, a.kind,
            lag(e.number, 1, 0::bigint) over w as number_before, lag(e.balance, 1, 0::bigint) over w as balance_before,
            lag(e.hash, 1, ''::bytea) over w as hash_before, budgets_said(t, e.account_id, e.number, e.amount) as said
        from budgets_entry e join budgets_transaction t on t.id = e.transaction_id
        join budgets_account a on a.id = e.account_id
        window w as (partition by e.account_id order by e.number)
    ) e
    where number <> number_before + 1 or balance <> balance_before + amount or (balance < 0 and kind <> 'WORLD')
       or hash <> budgets_link(null, hash_before, said)
    order by 1, 2
"""
OUT_BY = """
    select t.id, sum(e.amount) from budgets_transaction t left join budgets_entry e on e.transaction_id = t.id
    group by t.id having coalesce(sum(e.amount), 0) <> 0
"""
EMPTY = (
    "select t.id from budgets_transaction t where not exists (select from budgets_entry where transaction_id = t.id)"
)
# What each entry is against what its kind of move says: the sides, the unit, the budget, the fund, or what it reverses.
WAYS = """
    select distinct t.id, t.kind from budgets_entry e
    join budgets_transaction t on t.id = e.transaction_id
    join budgets_account a on a.id = e.account_id
    left join budgets_pot p on p.id = a.pot_id
    left join budgets_budget b on b.id = t.budget_id
    cross join budgets_ways(t.kind) ways
    where a.unit <> t.unit or (a.budget_id is not null and a.budget_id is distinct from t.budget_id)
       or (a.kind = 'POT' and t.budget_id is not null and p.fund_id <> b.fund_id)
       or (t.kind <> 'REVERSE' and a.kind is distinct from case when e.amount < 0 then ways.source else ways.target end)
       or (t.kind = 'REVERSE' and e.amount is distinct from (
            select -o.amount from budgets_entry o
            where o.transaction_id = t.reverses_id and o.account_id = e.account_id))
    order by 1
"""
FUNDERS = """
    select e.transaction_id from budgets_entry e join budgets_account a on a.id = e.account_id
    where not exists (select from budgets_entry o join budgets_account w on w.id = o.account_id
                      where o.transaction_id = e.transaction_id and w.kind = 'WORLD')
    group by e.transaction_id, a.pot_id having sum(e.amount) <> 0
"""
WHOLE = "select coalesce(sum(amount), 0) from budgets_entry having coalesce(sum(amount), 0) <> 0"
PAID = """
    select t.id, t.amount, coalesce(p.amount, 0) from (
        select t.id, t.spend_id, t.by_id, t.dated, sum(e.amount) as amount
        from budgets_transaction t join budgets_entry e on e.transaction_id = t.id
        where t.kind = 'PAY' and e.amount > 0 group by t.id
    ) t
    left join budgets_payment p on p.transaction_id = t.id
    left join budgets_commitment c on c.id = p.commitment_id
    where p.id is null or p.amount <> t.amount or c.spend_id <> t.spend_id or p.recorded_by_id <> t.by_id
       or p.paid_on > t.dated
"""
UNPAID = """
    select p.id, p.amount from budgets_payment p left join budgets_transaction t on t.id = p.transaction_id
    where t.kind is distinct from 'PAY'
"""
SET_ASIDE = """
    select coalesce(c.spend_id, l.spend_id), coalesce(c.remaining, 0), coalesce(l.pence, 0) from budgets_commitment c
    full join (
        select t.spend_id, sum(e.amount) as pence from budgets_entry e
        join budgets_account a on a.id = e.account_id and a.kind = 'COMMITMENT'
        join budgets_transaction t on t.id = e.transaction_id group by 1
    ) l on l.spend_id = c.spend_id
    where coalesce(c.remaining, 0) <> coalesce(l.pence, 0)
"""
APPROVED = """
    select s.id, coalesce(s.granted, 0), c.amount
    from budgets_commitment c join budgets_spendrequest s on s.id = c.spend_id
    where s.state <> 'APPROVED' or s.granted <> c.amount or c.amount <> coalesce((
        select sum(e.amount) from budgets_transaction t join budgets_entry e on e.transaction_id = t.id
        where t.spend_id = s.id and t.kind = 'COMMIT' and e.amount > 0), 0)
"""

# What two people put right, and the transaction that did it.
PUT_RIGHT = """
    select t.id, t.kind from budgets_transaction t left join budgets_correction c on c.posted_id = t.id
    where (t.kind in ('REVERSE', 'REFUND', 'WRITE_OFF', 'WITHDRAW') or t.kind = 'CONTRIBUTE' and exists (
            select from budgets_entry e join budgets_account a on a.id = e.account_id
            join budgets_pot p on p.id = a.pot_id where e.transaction_id = t.id and p.opened_by_id is not null)) and (
        c.id is null or c.state <> 'DONE' or c.answered_by_id <> t.by_id or c.asked_by_id = t.by_id
        or c.amount <> (select sum(e.amount) from budgets_entry e where e.transaction_id = t.id and e.amount > 0))
    order by 1
"""
# Money that was set aside for something that its funder did not give it for, or too late (budgets/spending.py).
AGAINST_TERMS = """
    select distinct t.id, p.called from budgets_transaction t
    join budgets_spendrequest s on s.id = t.spend_id
    join budgets_entry e on e.transaction_id = t.id and e.amount > 0
    join budgets_account a on a.id = e.account_id
    join budgets_pot p on p.id = a.pot_id
    where t.kind = 'COMMIT' and (p.purposes <> '{}' and not s.purpose = any (p.purposes)
        or t.dated > p.use_by + case p.if_unspent when 'CARRY' then interval '1 year' else interval '0' end)
    order by 1
"""
NOT_IN_ACCOUNTS = """
    select t.id, t.dated from budgets_transaction t where not exists (
        select from budgets_accountingperiod p where p.state <> 'OPENING' and t.dated between p.starts_on and p.ends_on)
    order by 1
"""
# A budget that has ended gives back what comes to it; the night does that before this check (budgets/ending.py).
STRANDED = """
    select b.id, sum(a.balance) from budgets_budget b join budgets_account a on a.budget_id = b.id and a.kind = 'BUDGET'
    where b.ended_on is not null group by 1 having sum(a.balance) > 0 order by 1
"""


def differences() -> list[str]:
    """Return a sentence for each thing that is not as the entries say; an empty list is good. As the service."""
    return [*_accounts(), *_pots(), *_transactions(), *_records(), *ledger_chain.CHAIN.as_recorded()]


def _accounts() -> Iterator[str]:
    for account, kept, summed in _rows(ACCOUNT_IS_ITS_ENTRIES):
        yield f"Account {account} says {pounds(kept)}; its entries say {pounds(summed)}."
    yield from (f"Account {account} does not end with its last entry." for (account,) in _rows(HEAD_IS_THE_LAST))
    yield from (f"Entry {nth} of account {account} does not follow the one before." for account, nth in _rows(CHAIN))


def _pots() -> Iterator[str]:
    """What the night added up for the pages of funds is what the entries until then say."""
    added_up = list(PotTotal.objects.order_by("pk"))
    until = Entry.objects.filter(pk__lte=added_up[0].last_entry if added_up else 0)
    summed = totals.by_pot(until)
    for total in added_up:
        if (found := summed.pop((total.pot_id, total.kind), 0)) != total.balance:
            yield f"Pot {total.pot_id} has {pounds(total.balance)} of {total.kind}; its entries say {pounds(found)}."
    yield from (f"Pot {pot} has no sum of {kind}: {pounds(pence)}." for (pot, kind), pence in summed.items() if pence)


def _transactions() -> Iterator[str]:
    yield from (f"Transaction {made} is out by {pounds(pence)}." for made, pence in _rows(OUT_BY))
    yield from (f"Transaction {made} has no entries." for (made,) in _rows(EMPTY))
    yield from (f"Transaction {made} is no {kind}: it lies on other accounts." for made, kind in _rows(WAYS))
    yield from (f"Transaction {made} ({kind}) was not agreed by two people." for made, kind in _rows(PUT_RIGHT))
    for made, called in _rows(AGAINST_TERMS):
        yield f"Transaction {made} sets aside money of {called} against its terms."
    for made, dated in _rows(NOT_IN_ACCOUNTS):
        yield f"Transaction {made} of {dated:%d/%m/%Y} stands in no accounts."
    yield from (f"Transaction {made} moves one funder's money to another." for (made,) in _rows(FUNDERS))
    yield from (f"All entries together are out by {pounds(pence)}." for (pence,) in _rows(WHOLE))


def _records() -> Iterator[str]:
    """Payments, money set aside and requests say what the ledger says."""
    for made, moved, said in _rows(PAID):
        yield f"Transaction {made} paid {pounds(moved)}; its record says {pounds(said)}, or someone or something else."
    yield from (f"Payment {pk} of {pounds(pence)} was not paid by the ledger." for pk, pence in _rows(UNPAID))
    for budget, pence in _rows(STRANDED):
        yield f"Budget {budget} has ended, and {pounds(pence)} is still in it."
    for spend, kept, found in _rows(SET_ASIDE):
        yield f"Request {spend} should hold {pounds(kept)}; the ledger holds {pounds(found)}."
    for spend, asked, aside in _rows(APPROVED):
        yield f"Request {spend} of {pounds(asked)} is not approved as it was set aside: {pounds(aside)}."


def _rows(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()

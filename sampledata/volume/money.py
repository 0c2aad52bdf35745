"""Money that balances: two funders, a budget for one person in five, requests decided, set aside and paid.

Entries are written first; their accounts' chains and balances are then worked out in two statements. Triggers that
would look at each row are put aside meanwhile: `verify_ledger` finds whatever is not right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection

from budgets.models import (
    Account,
    AccountingPeriod,
    Budget,
    Commitment,
    Correction,
    Entry,
    Fund,
    Funder,
    Payment,
    Pot,
    SpendRequest,
    Transaction,
)
from people.models import DeliveryUnit, Enrolment, Programme
from sampledata.volume.loading import analyse
from sampledata.volume.sql import Ground, insert, last_id, quoted

SHARES = {"Invented probation fund": 300_00, "Invented city council": 200_00}  # pence of each budget's sum
SPENT = 72_00, 48_00  # pence of each request, by funder
REQUESTS = "Course fees and a bus pass", "Tools for the course", "A room to study in"  # of each budget
SIDES = {"ALLOCATE": ("POT", "BUDGET"), "COMMIT": ("BUDGET", "COMMITMENT"), "PAY": ("COMMITMENT", "PAID")}
CLOSED = 2  # of every three requests are paid; the third stays set aside
WAITING = 12  # one request in so many is followed by another, which waits for a decision


def generate(ground: Ground) -> dict[str, int]:
    for table in ("people_enrolment", "budgets_account", "budgets_transaction", "budgets_entry"):
        ground.after[table] = last_id(table)
    _open_accounts()
    fund, pots = _fund()
    budgets = _budgets(ground, fund)
    _accounts(ground, pots)
    requests = _requests(ground) + _waiting(ground)
    with _unchecked("budgets_commitment", "sum_was_approved"):
        _set_aside(ground)
    analyse(["people_enrolment", "budgets_budget", "budgets_account", "budgets_spendrequest", "budgets_commitment"])
    with _unchecked("budgets_entry", "entries_are_right"), _unchecked("budgets_entry", "only_added"):
        _contribute(ground, pots, budgets)
        _move(ground, "ALLOCATE", list(SHARES.values()))
        _move(ground, "COMMIT", list(SPENT))
        _move(ground, "PAY", list(SPENT))
        entries = _chain(ground)
        _payments(ground)
    return {"budgets": budgets, "requests for money": requests, "ledger entries": entries}


def _open_accounts() -> None:
    """From before the first entry on. What falls in a closed year stands in the next, as `budgets_post` has it."""
    first = AccountingPeriod.objects.order_by("starts_on")[0]
    if first.state == AccountingPeriod.State.OPEN:
        AccountingPeriod.objects.filter(pk=first.pk).update(starts_on=date(2000, 4, 1))


@contextmanager
def _unchecked(table: str, trigger: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} disable trigger {trigger}")
        yield
        cursor.execute(f"set constraints all immediate; alter table {table} enable trigger {trigger}")
        cursor.execute("set constraints all deferred")


def _fund() -> tuple[Fund, list[Pot]]:
    programme, _ = Programme.objects.get_or_create(
        code="grown",
        defaults={"name": "Invented programme", "money_model": "ALLOCATED", "allocation": sum(SHARES.values())},
    )
    programme.owning_areas.set(DeliveryUnit.objects.all())
    fund, _ = Fund.objects.get_or_create(programme=programme)
    pots = [
        Pot.objects.get_or_create(
            fund=fund, funder=Funder.objects.get_or_create(name=name)[0], called=name, opened_on=date(2000, 4, 1)
        )[0]
        for name in SHARES
    ]
    return fund, pots


def _budgets(ground: Ground, fund: Fund) -> int:
    insert(
        ground,
        Enrolment,
        {
            "participant_id": "a.participant_id",
            "programme_id": str(fund.programme_id),
            "state": "'ENROLLED'",
            "asked_on": "a.starts_on + 10",
            "asked_by_id": "a.practitioner_id",
            "starts_on": "a.starts_on + 10",
        },
        f"""from people_assignment a
            where {ground.new("people_assignment", "a.id")} and {ground.roll("a.participant_id", "budget", 5)} = 0""",
    )
    return insert(
        ground,
        Budget,
        {"enrolment_id": "e.id", "fund_id": str(fund.pk), "opened_on": "e.starts_on"},
        f"from people_enrolment e where {ground.new('people_enrolment', 'e.id')} order by e.id",
    )


def _accounts(ground: Ground, pots: list[Pot]) -> None:
    """Each budget's three accounts, once for each funder; each pot's own; and the world's."""
    Account.objects.get_or_create(kind=Account.Kind.WORLD, pot=None, budget=None)
    for pot in pots:
        Account.objects.get_or_create(kind=Account.Kind.POT, pot=pot, budget=None)
    mine = ", ".join(f"({pot.pk})" for pot in pots)
    insert(
        ground,
        Account,
        {"kind": "k.kind", "pot_id": "pot.id", "budget_id": "b.id"},
        f"""from budgets_budget b cross join (values {mine}) pot (id)
            cross join (values ('BUDGET'), ('COMMITMENT'), ('PAID')) k (kind)
            where {ground.new("budgets_budget", "b.id")}""",
    )


# The managers of the team of `m`, a membership.
MANAGERS = """
    select min(manager.user_id) as decides, max(manager.user_id) as pays from people_membership manager
    where manager.team_id = m.team_id and manager.role = 'MANAGER'
"""


def _requests(ground: Ground) -> int:
    """Of each budget whose person has a goal: the practitioner asks, one manager decides, the other pays."""
    asked = "b.opened_on + 20 * wish.nth::int + time '11:00'"
    wishes = ", ".join(f"({nth}, {quoted(what)})" for nth, what in enumerate(REQUESTS, start=1))
    return insert(
        ground,
        SpendRequest,
        {
            "budget_id": "b.id",
            "goal_id": "g.id",
            "what": "wish.what",
            "amount": str(sum(SPENT)),
            "purpose": "'LEARNING'",
            "for_whom": "'ME'",
            "why": quoted("It gets me to the course that leads to work."),
            "state": "'APPROVED'",
            "started_by_id": "e.asked_by_id",
            "asked_by_id": "e.asked_by_id",
            "asked_at": asked,
            "decided_by_id": "managers.decides",
            "decided_at": f"{asked} + interval '1 day'",
            "granted": str(sum(SPENT)),
            "public_sentence": quoted("Someone got money to learn, towards a goal of theirs."),
            "reason": quoted("It serves the goal, and there is no other way to pay for it."),
        },
        f"""from budgets_budget b join people_enrolment e on e.id = b.enrolment_id
            join lifeplans_lifeplan pl on pl.participant_id = e.participant_id
            join lifeplans_goal g on g.plan_id = pl.id and g.position = 1
            join people_membership m on m.user_id = e.asked_by_id
            join lateral ({MANAGERS}) managers on true
            cross join (values {wishes}) wish (nth, what)
            where {ground.new("budgets_budget", "b.id")} and {ground.new("people_membership", "m.id")}""",
    )


def _set_aside(ground: Ground) -> None:
    """For each request that was approved; two in three are paid nine days later."""
    paid = f"{ground.roll('r.id', 'paid', 3)} < {CLOSED}"
    insert(
        ground,
        Commitment,
        {
            "spend_id": "r.id",
            "amount": "r.amount",
            "remaining": f"case when {paid} then 0 else r.amount end",
            "closed_at": f"case when {paid} then r.decided_at + interval '9 days' end",
            "closed_by_id": f"case when {paid} then managers.pays end",
        },
        f"""from budgets_spendrequest r join people_membership m on m.user_id = r.asked_by_id
            join lateral ({MANAGERS}) managers on true
            where {ground.new("budgets_spendrequest", "r.id")} and {ground.new("people_membership", "m.id")}
            and r.state = 'APPROVED'""",
    )


def _payments(ground: Ground) -> None:
    insert(
        ground,
        Payment,
        {
            "commitment_id": "c.id",
            "transaction_id": "t.id",
            "amount": "c.amount",
            "payee": quoted("Invented college"),
            "invoice": "'GROWN-' || c.id",
            "paid_on": "c.closed_at::date",
            "recorded_by_id": "c.closed_by_id",
            "recorded_at": "c.closed_at",
        },
        f"""from budgets_commitment c join budgets_transaction t on t.spend_id = c.spend_id and t.kind = 'PAY'
            where {ground.new("budgets_commitment", "c.id")}""",
    )


def _waiting(ground: Ground) -> int:
    return insert(
        ground,
        SpendRequest,
        {
            "budget_id": "r.budget_id",
            "goal_id": "r.goal_id",
            "what": quoted("Work boots"),
            "amount": "3000",
            "purpose": "'CLOTHING'",
            "for_whom": "'ME'",
            "why": quoted("I start on the site next week."),
            "state": "'ASKED'",
            "started_by_id": "r.asked_by_id",
            "asked_by_id": "r.asked_by_id",
            "asked_at": f"{ground.moment} - make_interval(days => 1 + {ground.roll('r.id', 'waits', 9)})",
        },
        f"""from budgets_spendrequest r where {ground.new("budgets_spendrequest", "r.id")}
            and {ground.roll("r.id", "asks again", WAITING)} = 0""",
    )


def _contribute(ground: Ground, pots: list[Pot], budgets: int) -> None:
    """Each funder puts in what its share of every budget comes to, and as much again."""
    managers = f"from people_membership where role = 'MANAGER' and {ground.new('people_membership')}"
    asked_by, by = f"(select min(user_id) {managers})", f"(select max(user_id) {managers})"
    for pot, share in zip(pots, SHARES.values(), strict=True):
        before, amount = last_id("budgets_transaction"), share * budgets * 2
        if not amount:
            continue
        insert(
            ground,
            Transaction,
            {"kind": "'CONTRIBUTE'", "by_id": by}
            | _at(f"({ground.moment} - interval '900 days')")
            | _key(f"'{pot.pk}:{before}'"),
            "",
        )
        insert(
            ground,
            Entry,
            {"transaction_id": "t.id", "account_id": "a.id", "amount": "side.amount"} | UNCHAINED,
            f"""from budgets_transaction t
                cross join (values ('WORLD', -{amount}), ('POT', {amount})) side (kind, amount)
                join budgets_account a on a.kind = side.kind and (a.kind = 'WORLD' or a.pot_id = {pot.pk})
                where t.id > {before}""",
        )
        insert(
            ground,
            Correction,
            {
                "kind": "'CONTRIBUTE'", "pot_id": f"{pot.pk}", "amount": f"{amount}", "happened_on": "t.dated",
                "reference": f"'Invented {pot.pk}:{before}'", "reason": "''", "state": "'DONE'",
                "asked_by_id": asked_by, "asked_at": "t.at", "answered_by_id": "t.by_id", "answered_at": "t.at",
                "answer": "''", "posted_id": "t.id",
            },
            f"from budgets_transaction t where t.id > {before}",
        )  # fmt: skip


def _move(ground: Ground, kind: str, amounts: list[int]) -> None:
    """One transaction for each new budget or request, four entries each: out of one account into another, by funder."""
    before, (out, into) = last_id("budgets_transaction"), SIDES[kind]
    if kind == "ALLOCATE":
        columns = {"by_id": "e.asked_by_id", "budget_id": "b.id"} | _at("(b.opened_on + time '10:00')")
        columns |= _key("'allocate:' || b.id")
        source = f"""from budgets_budget b join people_enrolment e on e.id = b.enrolment_id
                     where {ground.new("budgets_budget", "b.id")}"""
    else:
        at = "r.decided_at" if kind == "COMMIT" else "c.closed_at"
        by = "c.closed_by_id" if kind == "PAY" else "r.decided_by_id"
        columns = {"by_id": by, "budget_id": "r.budget_id", "spend_id": "r.id"} | _at(at)
        columns |= _key(f"'{kind.lower()}:' || r.id")
        source = f"""from budgets_spendrequest r join budgets_commitment c on c.spend_id = r.id
                     where {ground.new("budgets_spendrequest", "r.id")} and {at} is not null"""
    insert(ground, Transaction, {"kind": f"'{kind}'", **columns}, source)
    analyse(["budgets_transaction"])  # or the join below is planned as for an empty table, and takes for ever
    names = ", ".join(f"({at}, {pence})" for at, pence in enumerate(amounts))
    theirs = f"a.budget_id = t.budget_id and a.pot_id = pot.id and a.kind in ('{out}', '{into}')"
    pots = f"a.budget_id is null and a.pot_id = pot.id and a.kind = 'POT' and '{out}' = 'POT'"
    insert(
        ground,
        Entry,
        {
            "transaction_id": "t.id",
            "account_id": "a.id",
            "amount": f"case when a.kind = '{out}' then -share.pence else share.pence end",
        }
        | UNCHAINED,
        # Two plain look-ups: as one with an "or" in it, it took a hundred times as long.
        f"""from budgets_transaction t
            join budgets_budget b on b.id = t.budget_id
            join (select id, row_number() over (partition by fund_id order by id) - 1 as nth, fund_id
                  from budgets_pot) pot on pot.fund_id = b.fund_id
            join (values {names}) share (nth, pence) on share.nth = pot.nth
            cross join lateral (
                select a.id, a.kind from budgets_account a where {theirs}
                union all select a.id, a.kind from budgets_account a where {pots}
            ) a
            where t.id > {before}""",
    )


def _key(words: str) -> dict[str, str]:
    """The key that makes a move once for ever, and the hash of what was asked with it."""
    return {"key": f"'grown:' || {words}", "asked": f"encode(sha256(('grown:' || {words})::bytea), 'hex')"}


def _at(moment: str) -> dict[str, str]:
    """When it was posted, and the day in whose accounts it stands."""
    return {"at": moment, "dated": f"budgets_day_in_accounts({moment}::date)"}


UNCHAINED = {"number": "-t.id", "balance": "0", "hash": "''::bytea"}  # for `_chain`, which says them


def _chain(ground: Ground) -> int:
    """Number the new entries of each account from where it was, with the balance and the hash after each."""
    new = ground.new("budgets_entry", "e.id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""update budgets_entry e set number = c.number, balance = c.balance, hash = c.hash
                from (
                    select n.id, n.number, n.before + sum(n.amount) over w as balance,
                        budgets_chain(n.head, budgets_said(t, n.account_id, n.number, n.amount)) over w as hash
                    from (
                        select e.id, e.transaction_id, e.account_id, e.amount, a.balance as before, a.head,
                            a.last_number + row_number() over (partition by e.account_id order by e.id) as number
                        from budgets_entry e join budgets_account a on a.id = e.account_id where {new}
                    ) n join budgets_transaction t on t.id = n.transaction_id
                    window w as (partition by n.account_id order by n.id)
                ) c
                where c.id = e.id"""  # noqa: S608
        )
        cursor.execute(
            f"""update budgets_account a set balance = l.balance, last_number = l.number, head = l.hash
                from (select distinct on (e.account_id) e.account_id, e.balance, e.number, e.hash from budgets_entry e
                      where {new} order by e.account_id, e.number desc) l
                where a.id = l.account_id"""  # noqa: S608
        )
        cursor.execute(f"select count(*) from budgets_entry e where {new}")  # noqa: S608
        return int(cursor.fetchone()[0])

"""Nobody but the ledger writes the ledger: what a statement of one's own could try, as the web's login."""

from __future__ import annotations

from contextlib import closing, nullcontext
from types import SimpleNamespace

import psycopg2
import pytest
from django.db import connection

from budgets import services
from budgets.commands import new_key
from budgets.models import Account, Entry, Transaction
from budgets.verification import differences
from people import services as people
from people.access import emergency
from people.models import Team
from rehab import env
from tests.conftest import NOW
from tests.people.access.test_signed_turns import begin

LEDGER = "budgets_transaction", "budgets_entry", "budgets_account"
POST = (
    "select budgets_post('mine', '', now(), {}, null, {}, {},"
    " array[{}]::text[], array[{}]::bigint[], array[{}]::bigint[])"
)


@pytest.fixture
def money(
    budget,
    fund,
    make_budget,
    make_fund,
    make_request,
    other_participant,
    officer,
    manager,
    make_user,
    unit,
    participant,
):
    """Two people's budgets of one fund, another fund, and £100 and £50 set aside for requests of the first person."""
    spend = make_request(100_00)
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
    second = make_request(50_00, "A bed")
    services.approve_request(spend=second, reason="Yes", by=manager, now=NOW, key=new_key())
    elsewhere, others = make_budget(other_participant, fund), make_fund("older", council=500_00)
    found = {
        f"{row.kind}_{row.budget_id or ''}_{row.pot.funder.name[0] if row.pot else ''}": row.pk
        for row in Account.objects.select_related("pot__funder").filter(pot__fund=fund)
    }
    night = make_user("Nora Night", "MANAGER", Team.objects.create(name="Night team", delivery_unit=unit))
    emergency.open_in_emergency(crn=participant.crn, reason="x", by=night, now=NOW)
    volunteer = make_user("Vera Volunteer", "VOLUNTEER")
    people.grant(participant=participant, level=1, why="CIRCLE", now=NOW, user=volunteer)
    return SimpleNamespace(
        budget=budget.pk, elsewhere=elsewhere.pk, spend=spend.pk, second=second.pk,
        manager=manager.pk, night=night.pk, officer=officer.pk, self=participant.user_id,
        volunteer=volunteer.pk, nobody="",
        pot=found["POT__C"], b=found[f"BUDGET_{budget.pk}_C"],
        theirs=found[f"BUDGET_{elsewhere.pk}_C"], far=others.pots.get().pk,
        council=fund.pots.get(funder__name="Council").pk, health=fund.pots.get(funder__name="Health").pk,
        world=Account.objects.get(kind="WORLD").pk,
    )  # fmt: skip


@pytest.fixture
def web(money):
    """A connection of the web's own login."""
    parts = env.database("DATABASE_URL") | {"NAME": connection.settings_dict["NAME"]}
    host = parts["HOST"] or parts.get("OPTIONS", {}).get("host", "")
    found = psycopg2.connect(dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=host)
    with closing(found):
        yield found


def rows() -> list[list[tuple]]:
    return [
        list(Account.objects.order_by("pk").values_list()),
        list(Transaction.objects.order_by("pk").values_list()),
        list(Entry.objects.order_by("pk").values_list()),
    ]


UNBALANCED = """
    insert into budgets_transaction (kind, unit, key, asked, at, dated, by_id)
        values ('CONTRIBUTE', 'PENCE', 'mine', '', now(), current_date, {manager});
    insert into budgets_entry (transaction_id, account_id, amount, number, balance, hash)
        select max(id), {pot}, 100, 1, 100, '' from budgets_transaction;
"""
BY_HAND = {
    "with the trigger switched off": "set pgtrigger.ignore = '{{budgets_entry}}';" + UNBALANCED,
    "with the actor emptied before the end": UNBALANCED + "select set_config('app.user_id', '', true)",
    "as the service": "set local role rehab_service;" + UNBALANCED,
    "a balance with no entry": "update budgets_account set balance = balance + 100 where id = {pot}",
    "an account that begins rich": "insert into budgets_account"
    " (kind, unit, pot_id, budget_id, balance, last_number, head)"
    " select 'PAID', unit, pot_id, budget_id, 100, 0, '' from budgets_account where id = {theirs}",
    "another person's account": "update budgets_account set budget_id = {elsewhere} where id = {b}",
    "an entry added to what was posted": "insert into budgets_entry"
    " (transaction_id, account_id, amount, number, balance, hash) select min(id), {world}, 1, 1, 1, '' from"
    " budgets_transaction",
    "a date put back": "update budgets_transaction set at = now() - interval '1 year'",
    "another name": "update budgets_transaction set by_id = {night}",
    "the ledger emptied": "truncate budgets_entry, budgets_transaction",
    "one row fewer": "delete from budgets_transaction where id = (select min(id) from budgets_transaction)",
    "the trigger dropped": "alter table budgets_entry disable trigger user",
    "the trigger's function replaced": "create or replace function budgets_entries_are_right() returns trigger"
    " language plpgsql as 'begin return null; end'",
    "triggers put aside": "set session_replication_role = replica;" + UNBALANCED,
    "the owner's role": "set role rehab_owner;" + UNBALANCED,
    "a copy": "copy budgets_entry (transaction_id, account_id, amount) from stdin",
    "whether one may, answered by oneself": "create or replace function budgets_may_post(bigint) returns boolean"
    " language sql as 'select true'",
}


def post(what: str, *shares: tuple, who: str = "{manager}", budget: str = "{budget}", spend: str = "null"):
    """One move; each share as a pot and its pence."""
    pots, pence = (", ".join(str(share[at]) for share in shares) for at in (0, 1))
    return POST.format(who, budget, spend, ", ".join(f"'{what}'" for _ in shares), pots, pence)


COUNCIL, HEALTH, FAR = ("{council}", 100), ("{health}", 100), ("{far}", 100)
SPENT = {"spend": "{spend}"}
BY_POSTING = {
    "less than nothing": post("ALLOCATE", ("{council}", "-100")),
    "no amount": post("ALLOCATE", ("{council}", "null")),
    "nothing": post("ALLOCATE", ("{council}", "0")),
    "of no pot": post("ALLOCATE"),
    "of a pot that there is not": post("ALLOCATE", ("0", 100)),
    "no kind": POST.format("{manager}", "{budget}", "null", "null", "{council}", "100"),
    "a kind too few": POST.format("{manager}", "{budget}", "null", "'ALLOCATE'", "{council}, {health}", "100, 100"),
    "a kind too many": POST.format("{manager}", "{budget}", "null", "'ALLOCATE', 'ALLOCATE'", "{council}", "100"),
    "nothing said": "select budgets_post('mine', '', now(), {manager}, null, {budget}, null, null, null, null)",
    "from another fund": post("ALLOCATE", FAR),
    "from another fund beside one's own": post("ALLOCATE", COUNCIL, FAR),
    "a kind that there is not": post("GIFT", COUNCIL),
    "a reversal that names nothing": post("REVERSE", COUNCIL),
    "out of the world for a person": post("CONTRIBUTE", COUNCIL),
    "from two funders at once": post("CONTRIBUTE", COUNCIL, HEALTH, budget="null"),
    "given back to a funder by one alone": post("WITHDRAW", COUNCIL, budget="null"),
    "of no budget": post("ALLOCATE", COUNCIL, budget="null"),
    "set aside for no request": post("COMMIT", COUNCIL),
    "set aside for a request twice": post("COMMIT", COUNCIL, **SPENT),
    "set aside for another budget's request": post("COMMIT", COUNCIL, budget="{elsewhere}", **SPENT),
    "paid past what was set aside for it": post("PAY", ("{council}", "6500"), **SPENT),
    "paid with no record": post("PAY", COUNCIL, **SPENT),
    "paid back what was never paid": post("REFUND", COUNCIL, **SPENT),
    "more than there is": post("ALLOCATE", ("{council}", "99999999")),
    "a budget of someone whom they do not see": post("ALLOCATE", COUNCIL, budget="{elsewhere}"),
    "their own contribution put right": "select budgets_reverse('mine', '', now(), {manager}, null,"
    " (select min(id) from budgets_transaction where kind = 'CONTRIBUTE' and by_id = {manager}))",
    "what nobody reverses": "select budgets_reverse('mine', '', now(), {manager}, null,"
    " (select min(id) from budgets_transaction where kind = 'COMMIT'))",
}
FINE = post("ALLOCATE", COUNCIL)


@pytest.mark.django_db(transaction=True)
def test_a_managers_own_statement_moves_no_money(web, money):
    before = rows()
    for how, statement in (BY_HAND | BY_POSTING).items():
        with web.cursor() as cursor, pytest.raises((psycopg2.Error, ValueError)):  # noqa: PT012
            begin(cursor, money.manager)
            cursor.execute(statement.format(**vars(money)))
            web.commit()
        web.rollback()
        assert rows() == before, how
    assert differences() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["night", "officer", "self", "volunteer", "nobody"])
@pytest.mark.parametrize(
    "statement",
    [
        FINE,
        post("CONTRIBUTE", COUNCIL, budget="null"),
        "set local role rehab_service;" + FINE,
        "select budgets_lock({budget}, null, null)",
        "select budgets_account_of('PAID', {health}, {budget})",
        "select budgets_write(t, '{{}}', '{{}}') from budgets_transaction t limit 1",
    ],
)
def test_money_is_moved_by_managers_who_may_change_the_record(who, statement, web, money):
    """Not by emergency access, a practitioner, the person, someone of their circle, or nobody; a fund's by managers."""
    before = rows()
    may = who == "night" and "CONTRIBUTE" in statement
    with web.cursor() as cursor, nullcontext() if may else pytest.raises(psycopg2.errors.InsufficientPrivilege):
        begin(cursor, getattr(money, who))
        cursor.execute(statement.format(**vars(money)))

    web.rollback()
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_when_and_by_whom_are_the_clocks_and_the_actors(web, money):
    with web.cursor() as cursor:
        begin(cursor, money.manager)
        cursor.execute(post("ALLOCATE", COUNCIL, who="{night}").format(**vars(money)))
        cursor.execute("select clock_timestamp()")
        (moment,) = cursor.fetchone()
        web.commit()

    made = Transaction.objects.latest("pk")
    assert made.by_id == money.manager
    assert abs((made.at - moment).total_seconds()) < 5
    assert differences() == []


@pytest.mark.django_db
def test_only_the_functions_write_it():
    """No login may write the three tables, in whole or in a column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r, t, p from unnest(array['rehab_web', 'rehab_worker', 'rehab_service', 'rehab_shown']) r"
            " cross join unnest(%s) t cross join unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p"
            " where case when p in ('INSERT', 'UPDATE') then has_any_column_privilege(r, t, p)"
            " else has_table_privilege(r, t, p) end",
            [list(LEDGER)],
        )
        assert cursor.fetchall() == []


def test_the_service_posts_for_someone_at_the_time_it_says(budget, manager):
    made = Transaction.objects.filter(kind="ALLOCATE").latest("pk")

    assert (made.by, made.at) == (manager, NOW)

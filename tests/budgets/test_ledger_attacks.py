"""Nobody but the ledger writes the ledger: what a statement of one's own could try, as the web's login."""

from __future__ import annotations

from contextlib import closing, nullcontext
from types import SimpleNamespace

import psycopg2
import pytest
from django.db import connection, transaction

from budgets import ledger, services
from budgets.models import Account, Entry, Transaction
from budgets.verification import differences
from people import services as people
from people.access import emergency
from people.models import Team
from rehab import env
from tests.conftest import NOW
from tests.people.access.test_signed_turns import begin

LEDGER = "budgets_transaction", "budgets_entry", "budgets_account"
POST = "select budgets_post('{}', 'mine', '', now(), {}, {}, {}, array[{}]::bigint[], array[{}]::bigint[])"


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
    services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW)
    second = make_request(50_00, "A bed")
    services.approve_request(spend=second, reason="Yes", by=manager, now=NOW)
    elsewhere, others = make_budget(other_participant, fund), make_fund("older", council=500_00)
    found = {
        f"{row.kind}_{row.budget_id or ''}_{row.pot.funder.name[0] if row.pot else ''}": row.pk
        for row in Account.objects.select_related("pot__funder").filter(pot__fund=fund)
    }
    night = make_user("Nora Night", "MANAGER", Team.objects.create(name="Night team", delivery_unit=unit))
    emergency.open_in_emergency(crn=participant.crn, reason="x", by=night, now=NOW)
    volunteer = make_user("Vera Volunteer", "VOLUNTEER")
    people.grant(participant=participant, level=1, why="CIRCLE", now=NOW, user=volunteer)
    with transaction.atomic():  # outside one nobody acts
        paid = Account.objects.opened("PAID", budget.fund.pots.get(funder__name="Council"), budget)
    return SimpleNamespace(
        budget=budget.pk, elsewhere=elsewhere.pk, spend=spend.pk, second=second.pk,
        manager=manager.pk, night=night.pk, officer=officer.pk, self=participant.user_id,
        volunteer=volunteer.pk, nobody="",
        pot=found["POT__C"], pot_h=found["POT__H"], b=found[f"BUDGET_{budget.pk}_C"],
        b_h=found[f"BUDGET_{budget.pk}_H"],
        c=found[f"COMMITMENT_{budget.pk}_C"], paid=paid.pk,
        theirs=found[f"BUDGET_{elsewhere.pk}_C"], far=Account.objects.get(kind="POT", pot__fund=others).pk,
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
    insert into budgets_transaction (kind, key, asked, at, by_id) values ('CONTRIBUTE', 'mine', '', now(), {manager});
    insert into budgets_entry (transaction_id, account_id, amount)
        select max(id), {pot}, 100 from budgets_transaction;
"""
BY_HAND = {
    "with the trigger switched off": "set pgtrigger.ignore = '{{budgets_entry}}';" + UNBALANCED,
    "with the actor emptied before the end": UNBALANCED + "select set_config('app.user_id', '', true)",
    "as the service": "set local role rehab_service;" + UNBALANCED,
    "a balance with no entry": "update budgets_account set balance = balance + 100 where id = {pot}",
    "an account that begins rich": "insert into budgets_account (kind, pot_id, budget_id, balance)"
    " select 'PAID', pot_id, budget_id, 100 from budgets_account where id = {theirs}",
    "another person's account": "update budgets_account set budget_id = {elsewhere} where id = {b}",
    "an entry added to what was posted": "insert into budgets_entry (transaction_id, account_id, amount)"
    " select min(id), {world}, 1 from budgets_transaction",
    "a date put back": "update budgets_transaction set at = now() - interval '1 year'",
    "another name": "update budgets_transaction set by_id = {night}",
    "the ledger emptied": "truncate budgets_entry, budgets_transaction",
    "one row fewer": "delete from budgets_transaction where id = (select min(id) from budgets_transaction)",
    "the trigger dropped": "alter table budgets_entry disable trigger user",
    "the trigger's function replaced": "create or replace function budgets_sums_to_zero() returns trigger"
    " language plpgsql as 'begin return null; end'",
    "triggers put aside": "set session_replication_role = replica;" + UNBALANCED,
    "the owner's role": "set role rehab_owner;" + UNBALANCED,
    "a copy": "copy budgets_entry (transaction_id, account_id, amount) from stdin",
    "whether one may, answered by oneself": "create or replace function budgets_may_post(bigint) returns boolean"
    " language sql as 'select true'",
}


def post(
    what: str, accounts: str, amounts: str, *, who: str = "{manager}", budget: str = "{budget}", spend: str = "null"
):
    return POST.format(what, who, budget, spend, accounts, amounts)


SPENT = {"spend": "{spend}"}
BY_POSTING = {
    "more in than out": post("ALLOCATE", "{pot}, {b}", "-100, 101"),
    "one side alone": post("ALLOCATE", "{b}", "100"),
    "an amount too few": post("ALLOCATE", "{pot}, {b}", "-100"),
    "no amount": post("ALLOCATE", "{pot}, {b}", "null, null"),
    "nothing": post("ALLOCATE", "{pot}, {b}", "0, 0"),
    "no lists at all": "select budgets_post('ALLOCATE', 'mine', '', now(), {manager}, {budget}, null, null, null)",
    "one list": "select budgets_post('ALLOCATE', 'mine', '', now(), {manager}, {budget}, null, array[{pot}], null)",
    "empty lists": "select budgets_post('ALLOCATE', 'mine', '', now(), {manager}, {budget}, null, '{{}}', '{{}}')",
    "no account": post("ALLOCATE", "{pot}, 0", "-100, 100"),
    "the wrong way round": post("ALLOCATE", "{pot}, {b}", "100, -100"),
    "from one funder to another": post("ALLOCATE", "{pot}, {b_h}", "-100, 100"),
    "from another fund": post("ALLOCATE", "{far}, {b}", "-100, 100"),
    "to another person's budget": post("ALLOCATE", "{pot}, {theirs}", "-100, 100"),
    "from one person to another": post("COMMIT", "{theirs}, {c}", "-100, 100", **SPENT),
    "a kind that there is not": post("GIFT", "{pot}, {b}", "-100, 100"),
    "out of the world into a budget": post("CONTRIBUTE", "{world}, {b}", "-100, 100"),
    "a contribution to a person": post("CONTRIBUTE", "{world}, {pot}", "-100, 100"),
    "set aside for no request": post("COMMIT", "{b}, {c}", "-100, 100"),
    "set aside for another budget's request": post(
        "COMMIT", "{theirs}, {theirs}", "-100, 100", budget="{elsewhere}", **SPENT
    ),
    "paid past what was set aside for it": post("PAY", "{c}, {paid}", "-6500, 6500", **SPENT),
    "paid back what was never paid": post("REFUND", "{paid}, {b}", "-100, 100", **SPENT),
    "more than there is": post("ALLOCATE", "{pot}, {b}", "-99999999, 99999999"),
    "a budget of someone whom they do not see": post("ALLOCATE", "{pot}, {theirs}", "-100, 100", budget="{elsewhere}"),
}
FINE = post("ALLOCATE", "{pot}, {b}", "-100, 100")


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
        post("CONTRIBUTE", "{world}, {pot}", "-100, 100", budget="null"),
        "set local role rehab_service;" + FINE,
        "select budgets_lock(array[{b}])",
        "select budgets_account_of('PAID', (select pot_id from budgets_account where id = {pot_h}), {budget})",
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
        cursor.execute(post("ALLOCATE", "{pot}, {b}", "-100, 100", who="{night}").format(**vars(money)))
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
    made = ledger.allocate(budget=budget, amount=1, by=manager, now=NOW, key="then")

    assert (made.by, made.at) == (manager, NOW)

"""The accounts are opened and closed by two people; what is dated in closed ones stands in the next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from budgets import periods, services
from budgets.book_items import of_the_books
from budgets.commands import new_key
from budgets.ledger import NotOpen
from budgets.models import AccountingPeriod, Transaction
from budgets.verification import differences
from common.errors import RuleBroken
from common.postgres.actor import acting_as
from common.saving import save_or_refuse
from tests.attacks.canaries import as_owner
from tests.conftest import NOW, TODAY
from tests.money import put_in

LAST_YEAR = (date(2025, 4, 1), date(2026, 3, 31))
ENDS = date(2027, 3, 31)
State = AccountingPeriod.State


@pytest.fixture
def fay(make_user):
    return make_user("Fay Finance", "FINANCE")


@pytest.fixture
def finn(make_user):
    return make_user("Finn Finance", "FINANCE")


@pytest.fixture
def last_year(db):
    return only_last_year()


def only_last_year() -> AccountingPeriod:
    """The only accounts: of last year, and over since two months."""
    AccountingPeriod.objects.all().delete()
    return AccountingPeriod.objects.create(
        starts_on=LAST_YEAR[0], ends_on=LAST_YEAR[1], state=State.OPEN, opened_at=NOW
    )


def open_next(fay, finn):
    asked = periods.ask_to_open(ends_on=ENDS, by=fay, now=NOW)
    return periods.agree_to_open(period=asked, by=finn, now=NOW)


def close(period, fay, finn):
    asked = periods.ask_to_close(period=period, by=fay, today=TODAY, now=NOW)
    return periods.agree_to_close(period=asked, by=finn, now=NOW)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def contribute(fund, manager, name="Council"):
    from budgets.models import Funder

    funder, _ = Funder.objects.get_or_create(name=name)
    return put_in(fund, funder, 1_00, by=manager)


def test_two_people_open_the_next_accounts(last_year, fay, finn):
    asked = periods.ask_to_open(ends_on=ENDS, by=fay, now=NOW)
    assert (asked.starts_on, asked.state) == (date(2026, 4, 1), State.OPENING)
    with pytest.raises(periods.SamePerson):
        periods.agree_to_open(period=asked, by=fay, now=NOW)
    assert periods.agree_to_open(period=asked, by=finn, now=NOW).state == State.OPEN


@pytest.mark.parametrize("ends_on", [date(2026, 4, 1), date(2026, 3, 1), date(2028, 4, 2)])
def test_accounts_begin_after_the_last_and_end_within_two_years(ends_on, last_year, fay):
    with pytest.raises(periods.NotThoseDays, match="1 April 2026"):
        periods.ask_to_open(ends_on=ends_on, by=fay, now=NOW)


def test_no_money_moves_while_no_accounts_are_open(last_year, make_fund, manager):
    fund = make_fund("late")
    with pytest.raises(NotOpen, match="Ask a finance officer"):
        contribute(fund, manager)


def test_what_two_people_have_not_opened_takes_no_money(last_year, make_fund, manager, fay):
    periods.ask_to_open(ends_on=ENDS, by=fay, now=NOW)
    with pytest.raises(NotOpen):
        contribute(make_fund("late"), manager)


def test_two_people_close_accounts_that_are_over(last_year, fay, finn):
    open_next(fay, finn)
    asked = periods.ask_to_close(period=last_year, by=fay, today=TODAY, now=NOW)
    with pytest.raises(periods.SamePerson):
        periods.agree_to_close(period=asked, by=fay, now=NOW)
    assert periods.agree_to_close(period=asked, by=finn, now=NOW).state == State.CLOSED


def test_accounts_are_closed_after_their_last_day_and_once_the_next_are_open(last_year, fay, finn):
    with pytest.raises(periods.NotOver, match="Open the next"):
        periods.ask_to_close(period=last_year, by=fay, today=TODAY, now=NOW)
    this_year = open_next(fay, finn)
    with pytest.raises(periods.NotOver, match="31 March 2027"):
        periods.ask_to_close(period=this_year, by=fay, today=TODAY, now=NOW)
    on_its_last_day = {"today": LAST_YEAR[1], "now": NOW}
    with pytest.raises(periods.NotOver):
        periods.ask_to_close(period=last_year, by=fay, **on_its_last_day)


def test_earlier_accounts_are_closed_first(last_year, fay, finn):
    this_year = open_next(fay, finn)
    later = {"today": date(2027, 6, 1), "now": NOW}
    with pytest.raises(periods.NotOver, match="first"):
        periods.ask_to_close(period=this_year, by=fay, **later)


def test_a_payment_made_in_closed_accounts_stands_in_the_next(fay, finn, manager, payer, make_request):
    spend = make_request(100_00)
    set_aside = services.approve_request(
        spend=spend, reason="Yes.", by=manager, now=NOW - timedelta(days=70), key=new_key()
    )
    last_year = only_last_year()
    open_next(fay, finn)
    close(last_year, fay, finn)
    paid = services.record_payment(
        commitment=set_aside, amount=100_00, payee="Shop", paid_on=date(2026, 3, 30), by=payer, now=NOW, key=new_key()
    )
    assert (paid.paid_on, paid.transaction.dated) == (date(2026, 3, 30), date(2026, 4, 1))
    assert differences() == []


def test_closed_accounts_take_no_entry_whoever_writes_it(last_year, fay, finn, make_fund, manager):
    open_next(fay, finn)
    contribute(make_fund("late"), manager)
    close(last_year, fay, finn)
    with as_owner(), pytest.raises(IntegrityError, match="are not open"):
        run(
            "insert into budgets_transaction (kind, unit, key, asked, at, by_id, dated)"
            " select kind, unit, 'x', asked, at, by_id, '2026-03-30' from budgets_transaction limit 1"
        )


ACTS = {
    "agree_to_open": lambda row, fay, finn: periods.agree_to_open(period=row, by=finn, now=NOW),
    "cancel_opening": lambda row, fay, finn: periods.cancel_opening(period=row),
    "ask_to_close": lambda row, fay, finn: periods.ask_to_close(period=row, by=fay, today=TODAY, now=NOW),
    "leave_open": lambda row, fay, finn: periods.leave_open(period=row, by=finn),
    "agree_to_close": lambda row, fay, finn: periods.agree_to_close(period=row, by=finn, now=NOW),
}
NO = "refused"
TABLE = {
    "agree_to_open": {"OPENING": "OPEN", "OPEN": NO, "CLOSING": NO, "CLOSED": NO},
    "cancel_opening": {"OPENING": None, "OPEN": NO, "CLOSING": NO, "CLOSED": NO},
    "ask_to_close": {"OPENING": NO, "OPEN": "CLOSING", "CLOSING": NO, "CLOSED": NO},
    "leave_open": {"OPENING": NO, "OPEN": NO, "CLOSING": "OPEN", "CLOSED": NO},
    "agree_to_close": {"OPENING": NO, "OPEN": NO, "CLOSING": "CLOSED", "CLOSED": NO},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("act", TABLE)
def test_every_act_in_every_state(act, state, last_year, fay, finn):
    assert set(ACTS) == set(TABLE) == set(periods.ACTS)
    row = last_year
    if state == "OPENING":
        row = periods.ask_to_open(ends_on=ENDS, by=fay, now=NOW)
    else:
        open_next(fay, finn)
    if state in ("CLOSING", "CLOSED"):
        row = periods.ask_to_close(period=row, by=fay, today=TODAY, now=NOW)
    if state == "CLOSED":
        row = periods.agree_to_close(period=row, by=finn, now=NOW)
    wanted = TABLE[act][state]
    if wanted == NO:
        with pytest.raises(periods.NotThatState):
            ACTS[act](row, fay, finn)
        row.refresh_from_db()
        assert row.state == state
    else:
        ACTS[act](row, fay, finn)
        assert AccountingPeriod.objects.filter(pk=row.pk).values_list("state", flat=True).first() == wanted


@pytest.mark.parametrize(
    "statement",
    [
        "update budgets_accountingperiod set state = 'CLOSED', closed_by_id = {fay}, closed_at = now(),"
        " closing_asked_by_id = {finn}, closing_asked_at = now()",
        "update budgets_accountingperiod set ends_on = '2026-01-31'",
        "insert into budgets_accountingperiod (starts_on, ends_on, state, opened_at)"
        " values ('2026-04-01', '2027-03-31', 'OPEN', now())",
        "update budgets_accountingperiod set state = 'CLOSING', closing_asked_by_id = {finn}, closing_asked_at = now()",
    ],
)
def test_one_finance_officer_alone_changes_no_accounts(statement, last_year, fay, finn):
    with acting_as(fay.pk), pytest.raises(DatabaseError, match="does not go that way|two people|someone else"):
        run(statement.format(fay=fay.pk, finn=finn.pk))


def test_the_books_say_when_the_next_accounts_are_to_be_opened_and_the_last_closed(last_year, fay, finn):
    says = [item.reason for item in of_the_books(user=fay, today=TODAY)]
    assert says == [
        "The accounts end on 31 March 2026. Open the next ones, or no money moves.",
        "The accounts of 1 April 2025 to 31 March 2026 are over. Close them.",
    ]
    asked = periods.ask_to_open(ends_on=ENDS, by=fay, now=NOW)
    assert not any("second person" in item.reason for item in of_the_books(user=fay, today=TODAY))
    assert any("Open the next ones" in item.reason for item in of_the_books(user=fay, today=TODAY))  # until it is
    assert any("second person to open" in item.reason for item in of_the_books(user=finn, today=TODAY))
    periods.agree_to_open(period=asked, by=finn, now=NOW)
    assert len(of_the_books(user=fay, today=TODAY)) == 1


def test_the_first_accounts_begin_with_the_first_entry(make_fund, manager):
    contribute(make_fund("first"), manager)
    AccountingPeriod.objects.all().delete()
    periods.begin(now=NOW, today=TODAY)
    first = AccountingPeriod.objects.get()
    assert (first.starts_on, first.ends_on, first.state) == (date(2026, 4, 1), date(2027, 3, 31), State.OPEN)
    periods.begin(now=NOW, today=TODAY)
    assert AccountingPeriod.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), (date(2025, 4, 1), date(2026, 3, 31))),
        (date(2026, 4, 1), (date(2026, 4, 1), date(2027, 3, 31))),
    ],
)
def test_a_financial_year_begins_on_the_first_of_april(day, year):
    assert periods.year_of(day) == year


def test_periods_do_not_overlap(last_year, fay):
    row = AccountingPeriod(starts_on=date(2026, 3, 31), ends_on=ENDS, opening_asked_by=fay, opening_asked_at=NOW)
    with pytest.raises(RuleBroken, match="in another period"):
        save_or_refuse(row, by=fay)


def test_what_is_posted_stands_on_the_day_it_was_posted(make_fund, manager):
    made = contribute(make_fund("day"), manager)
    assert Transaction.objects.get(pk=made.pk).dated == TODAY

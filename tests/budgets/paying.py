"""Payments by bank for tests: details that are checked, a payment that is ordered, a run that is with the bank."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from budgets import bank_statements, pay_orders, pay_runs, payee_accounts, services
from budgets.commands import new_key
from budgets.models import Commitment, PayeeAccount, PayingAccount, PayOrder, PayRun
from common.postgres.actor import acting_as
from tests.conftest import NOW, TODAY

PAY_ON = date(2026, 6, 3)  # a Wednesday, and the third working day
CHECKED = {"channel": "RANG", "spoke_to": "Mr Hill", "name_check": "SAME"}


def details(payee: str = "Harbour Lettings", number: str = "12345678", sort_code: str = "200000", **over):
    return {
        "payee": payee, "account_name": "Harbour Lettings Ltd", "sort_code": sort_code, "account_number": number,
        "came_by": "Invoice 7", "now": NOW, **over,
    }  # fmt: skip


@pytest.fixture
def fay(make_user):
    return make_user("Fay Finance", "FINANCE")


@pytest.fixture
def finn(make_user):
    return make_user("Finn Finance", "FINANCE")


@pytest.fixture
def ours(fay) -> PayingAccount:
    return PayingAccount.objects.create(
        name="Good Lives Fund", sort_code="309999", account_number="87654321", ends_with="4321", added_by=fay,
        added_at=NOW,
    )  # fmt: skip


@pytest.fixture
def checked(fay, finn):
    """Details of a payee that two people entered and checked."""

    def make(**over) -> PayeeAccount:
        with acting_as(fay.pk):
            entered = payee_accounts.enter(**details(**over), by=fay)
        with acting_as(finn.pk):
            return payee_accounts.check(account=entered, **CHECKED, by=finn, now=NOW)

    return make


@pytest.fixture
def set_aside(make_request, manager):
    """What was approved for something that Harbour Lettings sells."""

    def make(amount: int = 100_00, payee: str = "Harbour Lettings", what: str = "A deposit", by=None) -> Commitment:
        spend = make_request(amount, what, by)
        found = services.approve_request(spend=spend, reason="Yes", by=manager, now=NOW, key=new_key())
        return services.name_payee(commitment=found, payee=payee, by=manager)

    return make


@pytest.fixture
def order(payer):
    def make(commitment: Commitment, amount: int = 100_00, invoice: str = "", last: bool = True, by=None) -> PayOrder:
        by = by or payer
        with acting_as(by.pk):
            return pay_orders.order_payment(
                commitment=commitment, amount=amount, invoice=invoice, last=last, by=by, now=NOW, key=new_key()
            )

    return make


@pytest.fixture
def draft_run(fay, ours):
    def make(*orders: PayOrder, by=None, pay_on: date = PAY_ON, now=NOW) -> PayRun:
        by = by or fay
        with acting_as(by.pk):
            return pay_runs.draft_run(
                account=ours, pay_on=pay_on, orders=[each.pk for each in orders], by=by, now=now, key=new_key()
            )

    return make


@pytest.fixture
def send(draft_run, finn, fay):
    """A run of these payments that is with the bank."""

    def make(*orders: PayOrder, kind: str = "bacs-csv") -> PayRun:
        run = draft_run(*orders)
        with acting_as(finn.pk):
            pay_runs.approve(run=run, by=finn, now=NOW)
        with acting_as(fay.pk):
            pay_runs.take_file(run=run, kind=kind, by=fay, now=NOW)
        return PayRun.objects.get(pk=run.pk)

    return make


@pytest.fixture
def read(fay, ours):
    def make(text: str | bytes, name: str = "june.csv", key: str = "", by=None):
        by = by or fay
        data = text.encode() if isinstance(text, str) else text
        with acting_as(by.pk):
            return bank_statements.read_statement(
                account=ours, name=name, data=data, by=by, now=NOW + timedelta(days=3), key=key or new_key()
            )

    return make


@pytest.fixture
def world(checked, set_aside, order, draft_run, send, read, fay, finn, ours, payer, manager):
    return SimpleNamespace(
        checked=checked, set_aside=set_aside, order=order, draft=draft_run, send=send, read=read, fay=fay, finn=finn,
        ours=ours, payer=payer, manager=manager, today=TODAY,
    )  # fmt: skip


def statement(*lines: tuple[str, str], opening: int = 1_000_00) -> str:
    """A CSV of the bank with balances: a line is what it says, and a sum like "-100.00". All of 3 June 2026."""
    rows, balance = ["Date,Description,Amount,Balance"], opening
    for said, amount in lines:
        balance += round(float(amount) * 100)
        rows.append(f'03/06/2026,"{said}",{amount},{balance / 100:.2f}')
    return "\n".join(rows) + "\n"

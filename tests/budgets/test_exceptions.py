"""Exceptions of all funds, as finance reads them: each kind from the day it is one, and not a day before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from budgets import corrections, exceptions, payee_accounts
from budgets.commands import new_key
from budgets.models import Funder, LedgerDifference, PayOrder
from common.postgres.actor import acting_as
from tests.budgets.paying import details, statement
from tests.budgets.test_views_books import text
from tests.conftest import NOW, TODAY
from tests.money import put_in

pytestmark = pytest.mark.django_db


def said(user, days: int = 0) -> list[tuple[str, int, int | None]]:
    with acting_as(user.pk), transaction.atomic():
        return [(row.said, row.many, row.pence) for row in exceptions.rows(TODAY + timedelta(days=days))]


def test_where_all_is_well_there_is_nothing_and_the_page_says_so(world, client_as):
    assert said(world.fay) == []
    assert "No exceptions" in text(client_as(world.fay).get(reverse("budgets:exceptions")))


def test_a_payment_that_waits_for_a_run_is_one_after_five_days(world):
    world.checked()
    world.order(world.set_aside())
    assert said(world.fay, 4) == []
    assert said(world.fay, 5) == [("Payments that wait for a run too long", 1, 100_00)]


def test_a_payment_that_no_statement_confirms_is_one_three_days_after_its_day(world):
    world.checked()
    world.send(world.order(world.set_aside()))  # to be there on 3 June
    assert said(world.fay, 4) == []
    assert said(world.fay, 5) == [("Payments that no statement of the bank confirms", 1, 100_00)]


def test_of_a_run_only_what_is_not_confirmed_yet_counts(world):
    world.checked()
    first, second = (world.order(world.set_aside(what=what), invoice=what) for what in ("A deposit", "A lamp"))
    world.send(first, second)
    world.read(statement((f"HARBOUR LETTINGS {first.reference}", "-100.00")))
    assert said(world.fay, 5) == [("Payments that no statement of the bank confirms", 1, 100_00)]


def test_what_came_in_does_not_make_up_for_what_went_out(world):
    world.read(statement(("SOMEONE ELSE", "-12.00"), ("ANOTHER", "12.00")))
    assert said(world.fay) == [("Lines of the bank that nobody knows", 2, 24_00)]


def test_a_payment_that_came_back_is_one_for_sixty_days(world):
    world.checked()
    made = world.order(world.set_aside())
    world.send(made)
    PayOrder.objects.filter(pk=made.pk).update(state="FAILED", reason="Closed", answered_on=TODAY)
    assert said(world.fay, 59)[0] == ("Payments that came back in the last 60 days", 1, 100_00)
    assert "came back" not in str(said(world.fay, 60))


def test_a_line_of_the_bank_that_nobody_knows_and_details_that_nobody_checked(world):
    world.read(statement(("SOMEONE ELSE", "-12.00")))
    with acting_as(world.fay.pk):
        payee_accounts.enter(**details(), by=world.fay)
    unknown = ("Lines of the bank that nobody knows", 1, 12_00)
    assert said(world.fay, 2) == [unknown]
    assert said(world.fay, 3) == [("Bank details that nobody has checked", 1, None), unknown]  # the oldest first


def test_what_waits_for_a_second_person_is_one_after_seven_days(world, budget):
    pot = budget.fund.pots.order_by("pk")[0]
    asked = {"amount": 5_00, "happened_on": TODAY, "reference": "Letter 9", "by": world.fay, "now": NOW}
    with acting_as(world.fay.pk):
        corrections.ask_contribution(pot=pot, key=new_key(), **asked)
    assert said(world.fay, 6) == []
    assert said(world.fay, 7) == [("What waits for a second person too long", 1, 5_00)]


def test_what_does_not_add_up_is_one_until_someone_looked_into_it(world, client_as):
    LedgerDifference.objects.create(said="Transaction 4 has no entries.", found_at=NOW)
    assert said(world.fay) == [("Things in the books that do not add up", 1, None)]
    page = text(client_as(world.fay).get(reverse("budgets:exceptions")))
    assert "Things in the books that do not add up" in page
    LedgerDifference.objects.update(looked_into_by=world.finn, looked_into_at=NOW, note="A test.")
    assert said(world.fay) == []


def pots_of(user, days: int) -> list[tuple[str, int, int | None, object]]:
    with acting_as(user.pk), transaction.atomic():
        rows = exceptions.rows(TODAY + timedelta(days=days))
        return [(row.said, row.many, row.pence, row.since) for row in rows if row.said.startswith("Money")]


def test_money_whose_time_is_over_is_one_from_the_day_after_the_first_of_those_days(world, fund, manager):
    over = "Money whose time is over and that was not given back"
    funders = [Funder.objects.create(name=name) for name in ("A council", "A trust")]
    terms = {"if_unspent": "BACK", "by": manager}
    put_in(fund, funders[0], 70_00, use_by=TODAY + timedelta(days=1), called="One", **terms)
    put_in(fund, funders[1], 30_00, use_by=TODAY + timedelta(days=3), called="Two", **terms)
    assert pots_of(world.fay, 1) == []
    assert pots_of(world.fay, 2) == [(over, 1, 70_00, TODAY + timedelta(days=1))]
    assert pots_of(world.fay, 3) == [(over, 1, 70_00, TODAY + timedelta(days=1))]
    assert pots_of(world.fay, 4) == [(over, 2, 100_00, TODAY + timedelta(days=1))]


def test_money_that_was_promised_and_has_not_come_is_one_from_the_day_after_the_first(world, fund, manager):
    late = "Money that was promised and has not come"
    funders = [Funder.objects.create(name=name) for name in ("A council", "A trust")]
    first, second = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    put_in(fund, funders[0], 70_00, expected_on=first, pledged=100_00, called="One", by=manager)
    put_in(fund, funders[1], 30_00, expected_on=second, pledged=50_00, called="Two", by=manager)
    assert pots_of(world.fay, 1) == []
    assert pots_of(world.fay, 2) == [(late, 1, 30_00, first)]
    assert pots_of(world.fay, 4) == [(late, 2, 50_00, first)]

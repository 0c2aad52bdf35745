"""What a night finds wrong with the books is named, stays until it is gone, and is told to finance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from budgets import differences
from budgets.book_items import of_the_books
from budgets.models import LedgerDifference
from common.postgres.actor import acting_as
from people.models import Message
from tests.conftest import NOW, TODAY


@pytest.fixture
def fay(make_user):
    return make_user("Fay Finance", "FINANCE")


@pytest.fixture
def found(monkeypatch):
    """What the check finds."""
    said: list[str] = []
    monkeypatch.setattr(differences, "differences", lambda: list(said))
    return said


def told(user) -> list[str]:
    return list(Message.objects.filter(address=user.email).values_list("body", flat=True))


def test_new_differences_are_named_and_told_to_finance_once(found, fay, manager):
    found += ["Account 1 says £2; its entries say £3.", "Transaction 4 has no entries."]
    assert differences.check(now=NOW) == 2
    assert differences.check(now=NOW + timedelta(days=1)) == 2
    assert set(LedgerDifference.objects.values_list("said", flat=True)) == set(found)
    assert ["2 new differences" in body for body in told(fay)] == [True]
    assert told(manager) == []


def test_one_that_is_gone_says_when_and_comes_back_as_a_new_one(found, fay):
    found.append("Transaction 4 has no entries.")
    differences.check(now=NOW)
    found.clear()
    differences.check(now=NOW + timedelta(days=1))
    assert LedgerDifference.objects.get().gone_at == NOW + timedelta(days=1)
    found.append("Transaction 4 has no entries.")
    differences.check(now=NOW + timedelta(days=2))
    assert LedgerDifference.objects.count() == 2
    assert LedgerDifference.objects.current().count() == 1


def test_they_stay_on_the_list_of_finance_until_someone_says_what_they_found(found, fay):
    found.append("Transaction 4 has no entries.")
    differences.check(now=NOW)
    assert [item.reason for item in of_the_books(user=fay, today=TODAY) if item.action == "Look"] == [
        "1 thing does not add up, and nobody has looked into it."
    ]
    differences.note(difference=LedgerDifference.objects.get(), note="A restored backup.", by=fay, now=NOW)
    assert [item for item in of_the_books(user=fay, today=TODAY) if item.action == "Look"] == []


def test_the_page_says_that_nothing_was_checked_yet_and_never_that_all_is_well(client_as, fay):
    page = client_as(fay).get("/books/").content.decode()
    assert "Not checked." in page
    assert "to the penny" not in page


def test_finance_reads_what_does_not_add_up_and_notes_what_they_found(found, fay, client_as):
    from common import heartbeats

    found.append("Transaction 4 has no entries.")
    differences.check(now=NOW)
    heartbeats.beat("verify_ledger", now=timezone.now(), ok=False)
    page = client_as(fay).get("/books/").content.decode()
    assert "Transaction 4 has no entries." in page
    assert "1 thing does not add up" in page
    at = f"/books/differences/{LedgerDifference.objects.get().pk}/"
    client_as(fay).post(at, {"note": "A restored backup."})
    assert LedgerDifference.objects.get().looked_into_by == fay
    assert "A restored backup." in client_as(fay).get("/books/").content.decode()


def test_the_page_says_yes_where_all_of_it_was_checked(fay, client_as):
    from common import heartbeats

    heartbeats.beat("verify_ledger", now=timezone.now())
    assert "Yes. Checked on" in client_as(fay).get("/books/").content.decode()


def test_what_was_checked_two_days_ago_is_not_said_to_be_checked(fay, client_as):
    from common import heartbeats

    heartbeats.beat("verify_ledger", now=timezone.now() - timedelta(days=2))
    assert "Not checked." in client_as(fay).get("/books/").content.decode()


@pytest.mark.parametrize("statement", ["said = 'x'", "note = 'x'", "gone_at = now()"])
def test_a_difference_is_only_noted_and_signed(statement, found, fay):
    found.append("Transaction 4 has no entries.")
    differences.check(now=NOW)
    with acting_as(fay.pk), pytest.raises(DatabaseError, match="signs|service alone|violates"):
        run(f"update budgets_ledgerdifference set {statement}")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

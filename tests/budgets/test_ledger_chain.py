"""Each day's entries are in a chain of signed checkpoints; whoever changes one, even as the owner, is found out."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from budgets import differences
from budgets.ledger_chain import CHAIN
from budgets.models import LedgerCheckpoint
from budgets.verification import differences as found_now
from tests.attacks.canaries import as_owner
from tests.conftest import NOW, TODAY

TOMORROW = {"today": TODAY + timedelta(days=1), "now": NOW + timedelta(days=1)}


@pytest.fixture
def checkpoint(budget):
    assert CHAIN.add(**TOMORROW) == 1


def by_hand(statement: str) -> None:
    """What someone with the owner's password could do."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in ("budgets_entry", "budgets_transaction", "budgets_account", "budgets_ledgercheckpoint"):
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(statement)


def test_each_day_is_sealed_once_with_all_its_entries(checkpoint):
    row = LedgerCheckpoint.objects.get()
    assert (row.day, row.entries) == (TODAY, 8)  # two contributions, and an allocation from two pots
    assert CHAIN.add(**TOMORROW) == 0
    assert CHAIN.check(now=TOMORROW["now"]) == []
    assert found_now() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update budgets_entry set hash = '' where id = (select min(id) from budgets_entry)",
        "delete from budgets_entry where id = (select max(id) from budgets_entry)",
        "update budgets_transaction set at = at - interval '1 day'",
        "update budgets_ledgercheckpoint set hash = 'x'",
    ],
)
def test_whatever_is_changed_afterwards_is_named(statement, checkpoint):
    by_hand(statement)
    assert any("sealed" in said for said in found_now())


def test_a_whole_chain_made_anew_is_found_by_its_seal(checkpoint):
    """Entries and their hashes can be worked out again by whoever owns the database; the signature cannot."""
    by_hand("update budgets_ledgercheckpoint set mac = repeat('0', 64)")
    assert "The seal of 01 June 2026 is not signed by us: it was put there behind our back." in found_now()


def test_a_night_without_its_seal_is_named_to_finance(checkpoint):
    later = NOW + timedelta(days=3)
    assert differences.check(now=later) == 1
    assert "has to be sealed" in differences.LedgerDifference.objects.get().said


@pytest.mark.parametrize(
    "statement", ["update budgets_ledgercheckpoint set entries = 1", "delete from budgets_ledgercheckpoint"]
)
def test_no_login_changes_a_seal(statement, checkpoint):
    with pytest.raises(DatabaseError, match="permission denied|Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(statement.format("budgets_ledgercheckpoint"))


def test_a_head_that_was_kept_tells_when_days_were_made_anew(checkpoint):
    out = StringIO()
    call_command("verify_ledger", "--head", stdout=out)
    kept = out.getvalue().split()[0]
    assert kept == f"2026-06-01:{CHAIN.head().hash}"
    call_command("verify_ledger", f"--expect={kept}", stdout=StringIO())
    with pytest.raises(CommandError, match="does not pass through"):
        call_command("verify_ledger", "--expect=2026-06-01:abc", stdout=StringIO())

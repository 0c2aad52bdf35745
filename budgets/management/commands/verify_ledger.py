"""Recompute the whole ledger from its entries and say what differs."""

from __future__ import annotations

from budgets.ledger_chain import CHAIN
from budgets.verification import differences
from common.management import ChainCommand, VerifyCommand


class Command(ChainCommand, VerifyCommand):
    help = "Recompute every balance and every day's seal from the entries, and say what differs."
    job = "verify_ledger"
    good = "The ledger balances to the penny."
    bad = "The ledger does not balance"
    chain = CHAIN

    def verify(self) -> None:
        VerifyCommand.verify(self)

    def differences(self) -> list[str]:
        return differences()

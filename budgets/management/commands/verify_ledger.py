"""Recompute the whole ledger from its entries and say what differs."""

from budgets.verification import differences
from common.management import VerifyCommand


class Command(VerifyCommand):
    help = "Recompute every balance from the entries and say what differs."
    job = "verify_ledger"
    good = "The ledger balances to the penny."
    bad = "The ledger does not balance"

    def differences(self) -> list[str]:
        return differences()

"""Compare what was published with the ledger and say what differs."""

from commissioning.verification import differences
from common.management import VerifyCommand


class Command(VerifyCommand):
    help = "Compare every published sum with the ledger and say what differs."
    job = "verify_reports"
    good = "What was published is in the ledger, to the penny."
    bad = "What was published is not in the ledger"

    def differences(self) -> list[str]:
        return differences()

"""What this floor holds about a person. The ledger stays: it names a budget, and the budget names a tombstone."""

from budgets.models import Account, Budget, Commitment, Entry, Payment, SpendRequest, Transaction
from common.data_inventory import Held, Then

MONEY = "Your money"
HELD = [
    Held(Budget, MONEY, "enrolment__participant", dated="opened_on"),
    Held(SpendRequest, MONEY, "budget__enrolment__participant", others=("reason",), dated="asked_at"),
    Held(Commitment, MONEY, "request__budget__enrolment__participant"),
    Held(Payment, MONEY, "commitment__request__budget__enrolment__participant", dated="paid_on"),
    Held(Account, MONEY, "budget__enrolment__participant", Then.KEEP),
    Held(Transaction, MONEY, "budget__enrolment__participant", Then.KEEP, hide=("key", "asked"), dated="at"),
    Held(Entry, MONEY, "account__budget__enrolment__participant", Then.KEEP),
]

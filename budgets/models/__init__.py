"""Money: who gave it, whose it is, what it was asked for, and every penny's way."""

from budgets.models.funds import Budget, Fund, Funder, Pot
from budgets.models.ledger import Account, Entry, Transaction
from budgets.models.requests import Commitment, Payment, Purpose, SpendRequest

__all__ = [
    "Account",
    "Budget",
    "Commitment",
    "Entry",
    "Fund",
    "Funder",
    "Payment",
    "Pot",
    "Purpose",
    "SpendRequest",
    "Transaction",
]

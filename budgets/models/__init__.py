"""Funders, funds, budgets, requests and the ledger."""

from budgets.models.funds import Budget, Fund, Funder, Pot
from budgets.models.ledger import Account, Entry, PotTotal, Transaction
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
    "PotTotal",
    "Purpose",
    "SpendRequest",
    "Transaction",
]

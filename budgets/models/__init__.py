"""Funders, funds, budgets, requests and the ledger."""

from budgets.models.commands import Command
from budgets.models.funds import Budget, Fund, Funder, Pot
from budgets.models.ledger import Account, Entry, PotTotal, Transaction, Unit
from budgets.models.requests import Commitment, Payment, Purpose, SpendRequest

__all__ = [
    "Account",
    "Budget",
    "Command",
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
    "Unit",
]

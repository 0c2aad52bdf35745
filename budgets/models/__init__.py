"""Funders, funds, budgets, requests and the ledger."""

from budgets.models.checkpoints import LedgerCheckpoint
from budgets.models.commands import Command
from budgets.models.corrections import Correction
from budgets.models.funds import Budget, Fund, Funder, Pot
from budgets.models.ledger import Account, Entry, PotTotal, Transaction, Unit
from budgets.models.periods import AccountingPeriod, LedgerDifference
from budgets.models.purposes import Because, Prohibited, Purpose
from budgets.models.requests import Commitment, Payment, SpendRequest
from budgets.models.rules import Judgement, MoneyRules

__all__ = [
    "Account",
    "AccountingPeriod",
    "Because",
    "Budget",
    "Command",
    "Commitment",
    "Correction",
    "Entry",
    "Fund",
    "Funder",
    "Judgement",
    "LedgerCheckpoint",
    "LedgerDifference",
    "MoneyRules",
    "Payment",
    "Pot",
    "PotTotal",
    "Prohibited",
    "Purpose",
    "SpendRequest",
    "Transaction",
    "Unit",
]

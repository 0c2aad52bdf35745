"""Funders, funds, budgets, requests and the ledger."""

from budgets.models.checkpoints import LedgerCheckpoint
from budgets.models.commands import Command
from budgets.models.corrections import Correction
from budgets.models.funds import Budget, Fund, Funder, FunderReader, Pot
from budgets.models.helped import Helped
from budgets.models.interests import Interest
from budgets.models.invoices import Invoice
from budgets.models.ledger import Account, Entry, PotTotal, Transaction, Unit
from budgets.models.looking import Recovery, SpotCheck
from budgets.models.own_limits import OwnLimit
from budgets.models.panels import PanelCase, PanelMember, PanelQuestion, PanelVote
from budgets.models.paying import BankEntry, BankStatement, PayeeAccount, PayingAccount, PayOrder, PayRun
from budgets.models.periods import AccountingPeriod, LedgerDifference
from budgets.models.purposes import BY_ANOTHER, CASH, Because, Every, Law, Prohibited, Purpose, Way
from budgets.models.questions import Question
from budgets.models.receipts import Receipt
from budgets.models.requests import Commitment, Payment, SpendRequest
from budgets.models.rules import Judgement, JudgementAppeal, MoneyRules
from budgets.models.things import NEEDS_OF, USUAL, SmallThing, purposes_for
from budgets.models.ways import WayAgreement, WayCheck

__all__ = [
    "PayRun",
    "PayOrder",
    "PayingAccount",
    "PayeeAccount",
    "BankStatement",
    "BankEntry",
    "BY_ANOTHER",
    "NEEDS_OF",
    "USUAL",
    "SmallThing",
    "purposes_for",
    "CASH",
    "Account",
    "AccountingPeriod",
    "Because",
    "Budget",
    "Command",
    "Commitment",
    "Correction",
    "Entry",
    "Every",
    "Fund",
    "Funder",
    "FunderReader",
    "Helped",
    "Interest",
    "Invoice",
    "Judgement",
    "JudgementAppeal",
    "Law",
    "LedgerCheckpoint",
    "LedgerDifference",
    "MoneyRules",
    "OwnLimit",
    "PanelCase",
    "PanelMember",
    "PanelQuestion",
    "PanelVote",
    "Payment",
    "Pot",
    "PotTotal",
    "Prohibited",
    "Purpose",
    "Question",
    "Receipt",
    "Recovery",
    "SpotCheck",
    "SpendRequest",
    "Transaction",
    "Unit",
    "Way",
    "WayAgreement",
    "WayCheck",
]

"""Double entry. A transaction is a set of entries that sum to zero; balances are kept, entries are never changed.

Rows are written by functions of the database alone (budgets/sql/ledger.sql): no login may add, change or take one
away. Triggers hold the owner to it too, and a CHECK refuses a balance below zero. The entries of an account are a
chain: each has its number, the balance after it, and a hash over itself and the entry before.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q, Sum

from budgets.models.funds import Budget, Pot
from people.models import User, ids_seen_by


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))


class Unit(models.TextChoices):
    """What is counted. Amounts and balances are whole numbers of it."""

    PENCE = "PENCE", "Pence"


class Account(models.Model):
    """Where money is. `balance` is pence; only the outside world may be below zero.

    `last_number` and `head` are the number and the hash of its last entry.
    """

    class Kind(models.TextChoices):
        WORLD = "WORLD", "The outside world"
        POT = "POT", "A funder's pot"
        BUDGET = "BUDGET", "A person's budget"
        COMMITMENT = "COMMITMENT", "Set aside"
        PAID = "PAID", "Paid out"
        LOST = "LOST", "Written off"

    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.CharField(max_length=7, choices=Unit, default=Unit.PENCE)
    pot = models.ForeignKey(Pot, models.PROTECT, null=True, blank=True, related_name="accounts")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="accounts")
    balance = models.BigIntegerField(default=0)
    last_number = models.BigIntegerField(default=0)
    head = models.BinaryField(default=b"")

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_the_world_owes",
                condition=Q(kind="WORLD") | Q(balance__gte=0),
                violation_error_message="There is not enough money for that.",
            ),
            models.CheckConstraint(
                name="account_belongs_where_its_kind_says",
                condition=Q(kind="WORLD", pot=None, budget=None)
                | Q(kind="POT", pot__isnull=False, budget=None)
                | Q(kind__in=["BUDGET", "COMMITMENT", "PAID", "LOST"], pot__isnull=False, budget__isnull=False),
                violation_error_message="This kind of account does not belong here.",
            ),
            models.UniqueConstraint(
                "kind",
                "unit",
                "pot",
                "budget",
                name="one_account_of_a_kind",
                nulls_distinct=False,
                violation_error_message="There is an account of this kind already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PotTotal(models.Model):
    """What a pot's accounts of one kind held together when the night added them up, in pence.

    A function of the database writes it (budgets/sql/totals.sql). Entries above `last_entry`, an id, came later.
    """

    pot = models.ForeignKey(Pot, models.PROTECT, related_name="totals", db_index=False)
    kind = models.CharField(max_length=10, choices=Account.Kind)
    balance = models.BigIntegerField()
    last_entry = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "pot", "kind", name="one_total_of_a_kind", violation_error_message="This is added up already."
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of pot {self.pot_id}"


class TransactionQuerySet(models.QuerySet["Transaction"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))

    def with_amount(self) -> Self:
        """`amount`: pence moved, whatever way."""
        return self.annotate(amount=Sum("entries__amount", filter=Q(entries__amount__gt=0)))


class Transaction(models.Model):
    """One move of money. `key` makes it happen once for ever; `asked` is a hash of what was asked with that key.

    `at` is when it was posted, by the database's clock; `dated` the day in whose accounts it stands.
    """

    class Kind(models.TextChoices):
        CONTRIBUTE = "CONTRIBUTE", "Put in by a funder"
        WITHDRAW = "WITHDRAW", "Given back to a funder"
        ALLOCATE = "ALLOCATE", "Given to a budget"
        COMMIT = "COMMIT", "Set aside"
        PAY = "PAY", "Paid"
        RELEASE = "RELEASE", "No longer set aside"
        REFUND = "REFUND", "Paid back"
        RETURN = "RETURN", "Given back to the fund"
        WRITE_OFF = "WRITE_OFF", "Written off"
        REVERSE = "REVERSE", "Put right"

    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.CharField(max_length=7, choices=Unit, default=Unit.PENCE)
    key = models.CharField(max_length=120)
    asked = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    dated = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="transactions")
    spend = models.ForeignKey(
        "budgets.SpendRequest", models.PROTECT, null=True, blank=True, related_name="transactions"
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    amount: int  # pence, set by with_amount
    objects = TransactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "key", name="posted_once_for_a_key", violation_error_message="This was already used for something else."
            ),
            models.UniqueConstraint(
                fields=["spend"],
                name="set_aside_once",
                condition=Q(kind="COMMIT"),
                violation_error_message="The money for this request was set aside already.",
            ),
            models.CheckConstraint(
                name="a_reversal_names_what_it_reverses",
                condition=Q(kind="REVERSE", reverses__isnull=False) | (~Q(kind="REVERSE") & Q(reverses=None)),
                violation_error_message="Say which move of money is put right.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(account__budget__enrolment__participant__in=ids_seen_by(user))


class Entry(models.Model):
    """One side of a transaction, in pence: positive is into the account, negative out of it.

    `number` is its place among the account's entries, from 1; `balance` the account's after it.
    """

    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="entries", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False)
    amount = models.BigIntegerField()
    number = models.BigIntegerField()
    balance = models.BigIntegerField()
    hash = models.BinaryField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_moves_something",
                condition=~Q(amount=0),
                violation_error_message="Enter an amount that is more than zero.",
            ),
            models.UniqueConstraint(
                "transaction",
                "account",
                name="one_entry_an_account",
                violation_error_message="A transaction moves money of an account once.",
            ),
            models.UniqueConstraint(
                "account",
                "number",
                name="entries_are_numbered",
                violation_error_message="This entry is there already.",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"

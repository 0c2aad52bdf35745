"""Double entry. A transaction is a set of entries that sum to zero; balances are kept, entries are never changed.

Rows are written by functions of the database alone (budgets/sql/posting.sql): no login may add, change or take one
away. Triggers hold the owner to it too, and a CHECK refuses a balance below zero.
"""

from __future__ import annotations

from typing import Self

from django.db import connection, models
from django.db.models import Q, Sum

from budgets.models.funds import Budget, Pot
from people.models import User, ids_seen_by


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))

    def locked(self, ids: list[int]) -> dict[int, Account]:
        """These accounts, locked in id order so that two payments can never wait for each other."""
        with connection.cursor() as cursor:
            cursor.execute("select budgets_lock(%s::bigint[])", [ids])
        return {account.pk: account for account in self.filter(pk__in=ids)}

    def opened(self, kind: str, pot: Pot | None, budget: Budget | None = None) -> Account:
        """The account of this kind, opened where there is none yet."""
        with connection.cursor() as cursor:
            where = [pot.pk if pot else None, budget.pk if budget else None]
            cursor.execute("select budgets_account_of(%s, %s, %s)", [kind, *where])
            return self.get(pk=cursor.fetchone()[0])


class Account(models.Model):
    """Where money is. `balance` is pence; only the outside world may be below zero."""

    class Kind(models.TextChoices):
        WORLD = "WORLD", "The outside world"
        POT = "POT", "A funder's pot"
        BUDGET = "BUDGET", "A person's budget"
        COMMITMENT = "COMMITMENT", "Set aside"
        PAID = "PAID", "Paid out"

    kind = models.CharField(max_length=10, choices=Kind)
    pot = models.ForeignKey(Pot, models.PROTECT, null=True, blank=True, related_name="accounts")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="accounts")
    balance = models.BigIntegerField(default=0)

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
                | Q(kind__in=["BUDGET", "COMMITMENT", "PAID"], pot__isnull=False, budget__isnull=False),
                violation_error_message="This kind of account does not belong here.",
            ),
            models.UniqueConstraint(
                "kind",
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
    """One move of money. `key` makes it happen once for ever; `asked` is a hash of what was asked with that key."""

    class Kind(models.TextChoices):
        CONTRIBUTE = "CONTRIBUTE", "Put in by a funder"
        ALLOCATE = "ALLOCATE", "Given to a budget"
        COMMIT = "COMMIT", "Set aside"
        PAY = "PAY", "Paid"
        RELEASE = "RELEASE", "No longer set aside"
        REFUND = "REFUND", "Paid back"
        RETURN = "RETURN", "Given back to the fund"

    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=100, unique=True)
    asked = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
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
                fields=["spend"],
                name="set_aside_once",
                condition=Q(kind="COMMIT"),
                violation_error_message="The money for this request was set aside already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(account__budget__enrolment__participant__in=ids_seen_by(user))


class Entry(models.Model):
    """One side of a transaction, in pence: positive is into the account, negative out of it."""

    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="entries", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()

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
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"

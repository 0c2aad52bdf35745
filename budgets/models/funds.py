"""Funders, the fund they fill together, each one's own pot in it, and each person's budget."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from people.models import Enrolment, Participant, Programme, SignInChange, User, ids_seen_by


class Funder(models.Model):
    """An agency that puts money in."""

    name = models.CharField(max_length=150, unique=True)

    def __str__(self) -> str:
        return self.name


class Fund(models.Model):
    """The pooled enabling fund of one programme."""

    programme = models.OneToOneField(Programme, models.PROTECT, related_name="fund")

    def __str__(self) -> str:
        return f"{self.programme.name} fund"


class PotQuerySet(models.QuerySet["Pot"]):
    def with_balance(self) -> Self:
        return self.annotate(balance=Coalesce(Sum("accounts__balance", filter=Q(accounts__kind="POT")), 0))


class Pot(models.Model):
    """What one funder has in one fund. Its money is never mixed with another's."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="pots", db_index=False)
    funder = models.ForeignKey(Funder, models.PROTECT, related_name="pots")

    balance: int  # pence, set by with_balance
    objects = PotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "fund",
                "funder",
                name="one_pot_a_funder",
                violation_error_message="This funder has a pot in this fund already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.funder} in {self.fund}"


class BudgetQuerySet(models.QuerySet["Budget"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enrolment__participant__in=ids_seen_by(user))

    def of(self, person: Participant) -> Self:
        return self.filter(enrolment__participant=person)

    def with_money(self) -> Self:
        """`available`, `committed`, `paid` and `lost` in pence, from the balances the ledger keeps."""

        def total(**which: str) -> Coalesce:
            return Coalesce(Sum("accounts__balance", filter=Q(**{f"accounts__{k}": v for k, v in which.items()})), 0)

        return self.annotate(
            available=total(kind="BUDGET"), committed=total(kind="COMMITMENT"), paid=total(kind="PAID"),
            lost=total(kind="LOST"),
        )  # fmt: skip

    def open(self) -> Self:
        """Those that take new requests. One that has ended may have money set aside still."""
        return self.filter(enrolment__state=Enrolment.State.ENROLLED, ended_on=None)


class Budget(models.Model):
    """A person's money in one programme."""

    class Way(models.TextChoices):
        NOTIONAL = "NOTIONAL", "The service pays for me"
        PROVIDER_HELD = "PROVIDER_HELD", "A provider I chose holds it"
        THIRD_PARTY = "THIRD_PARTY", "Someone I trust holds it"
        PREPAID_CARD = "PREPAID_CARD", "A card with money on it"
        DIRECT = "DIRECT", "Paid to my own account"

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="budget")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="budgets", db_index=False)
    way = models.CharField(max_length=15, choices=Way, default=Way.NOTIONAL)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)  # the person left the programme, or the record was merged
    sum_seen_at = models.DateTimeField(null=True, blank=True)
    # Said by a way in that waits to be confirmed.
    sum_seen_waits_for = models.ForeignKey(SignInChange, models.PROTECT, null=True, blank=True, related_name="+")

    available: int  # pence; these four are set by with_money
    committed: int
    paid: int
    lost: int
    history = HistoricalRecords()
    objects = BudgetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(F("fund"), name="budget_by_fund")]

    def __str__(self) -> str:
        return f"budget {self.pk}"

    @property
    def gives_sum_first(self) -> bool:
        return self.enrolment.programme.money_model == Programme.MoneyModel.ALLOCATED

    @property
    def gives_rest_back(self) -> bool:
        """Whether what is not needed goes back to the fund at once: it has no sum of its own, or it has ended."""
        return self.ended_on is not None or not self.gives_sum_first

    @property
    def total(self) -> int:
        """All the money this budget has held and not given back, in pence."""
        return self.available + self.committed + self.paid + self.lost

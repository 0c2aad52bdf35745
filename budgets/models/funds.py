"""Funders, the fund they fill together, what each gave to it and on which terms, and each person's budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from budgets.models.purposes import Law, Purpose
from common.dated import LAST_DAY, Dated, DatedQuerySet
from people.models import (
    CohortTag,
    DeliveryUnit,
    Enrolment,
    Participant,
    Programme,
    SignInChange,
    User,
    ids_seen_by,
)
from people.models.participants import COHORT_WORDS


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


class FunderReader(Dated):
    """Someone of a funder who reads its statements, from a day until another."""

    funder = models.ForeignKey(Funder, models.PROTECT, related_name="readers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = DatedQuerySet["FunderReader"].as_manager()

    class Meta(Dated.Meta):
        constraints = [
            LAST_DAY,
            models.UniqueConstraint(
                "funder", "user", name="reads_for_a_funder_once", condition=Q(ends_on=None),
                violation_error_message="They read the statements of this funder already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"reader {self.pk}"


class PotQuerySet(models.QuerySet["Pot"]):
    def with_balance(self) -> Self:
        return self.annotate(balance=Coalesce(Sum("accounts__balance", filter=Q(accounts__kind="POT")), 0))

    def with_received(self) -> Self:
        """`received`: what was put in and not given back to the funder, in pence."""
        kinds, way = ["CONTRIBUTE", "WITHDRAW"], "accounts__entries__transaction__"
        # By kind: "of no budget" would be true, too, of what the acting user may not see.
        moved = Q(**{f"{way}kind__in": kinds}) | Q(**{f"{way}reverses__kind__in": kinds})
        moved &= Q(accounts__kind="POT")
        put_in = Pot.objects.filter(moved, pk=OuterRef("pk")).values("pk")
        return self.annotate(
            received=Coalesce(Subquery(put_in.annotate(sum=Sum("accounts__entries__amount")).values("sum")), 0)
        )

    def with_areas(self) -> Self:
        """`area_ids` and `area_names`, in one order."""
        names = {"area_ids": ArrayAgg("areas", **BY_NAME), "area_names": ArrayAgg("areas__name", **BY_NAME)}
        return self.annotate(**names)


BY_NAME: Any = {"filter": Q(areas__isnull=False), "order_by": ("areas__name", "areas"), "default": []}


class Pot(models.Model):
    """Money that one funder promised a fund, on its own terms. It is never mixed with another's.

    `pledged` is pence. Its conditions say on whom and on what it may be spent; one that is empty asks for nothing.
    Nobody changes them afterwards: money on other terms is another pot.
    """

    class ForWhom(models.TextChoices):
        WOMEN = "WOMEN", "Women"
        MEN = "MEN", "Men"

    class IfUnspent(models.TextChoices):
        CARRY = "CARRY", "It may be used for another year, and then goes back to the funder"
        BACK = "BACK", "It goes back to the funder"

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="pots", db_index=False)
    funder = models.ForeignKey(Funder, models.PROTECT, related_name="pots")
    called = models.CharField(max_length=150)
    pledged = models.PositiveBigIntegerField(default=0)
    expected_on = models.DateField(null=True, blank=True)  # by when all that was pledged should have come
    youngest = models.PositiveSmallIntegerField(null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(null=True, blank=True)
    for_whom = models.CharField(max_length=5, choices=ForWhom, blank=True)
    tag = models.CharField(max_length=15, choices=CohortTag, blank=True)
    areas = models.ManyToManyField(DeliveryUnit, blank=True, related_name="+")
    purposes = ArrayField(models.CharField(max_length=15, choices=Purpose), default=list, blank=True)
    law = models.CharField(max_length=15, choices=Law, blank=True)  # whose rules about cash bind it
    use_by = models.DateField(null=True, blank=True)
    if_unspent = models.CharField(max_length=5, choices=IfUnspent, default=IfUnspent.CARRY)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    balance: int  # pence, set by with_balance
    received: int  # pence, set by with_received
    area_ids: list[int]  # these two are set by with_areas
    area_names: list[str]
    objects = PotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "fund",
                "called",
                name="one_pot_of_a_name",
                violation_error_message="Money in this fund has this name already. Choose another.",
            ),
            models.CheckConstraint(
                name="a_pot_names_both_ages_or_none",
                condition=Q(youngest=None, oldest=None)
                | Q(youngest__isnull=False, oldest__isnull=False, youngest__lte=F("oldest")),
                violation_error_message="Give both ages, the lower one first.",
            ),
            models.CheckConstraint(
                name="a_pot_is_used_after_it_is_opened",
                condition=Q(use_by=None) | Q(use_by__gte=F("opened_on")),
                violation_error_message="The day by which it must be used is over already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called} in {self.fund}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be set aside: it is used by then, or carried forward for a year."""
        if self.use_by and self.if_unspent == self.IfUnspent.CARRY:
            return _a_year_later(self.use_by)
        return self.use_by

    @property
    def conditions(self) -> list[str]:
        """On whom and on what it may be spent, and until when, in words. Its areas are read already (`with_areas`)."""
        asked = [
            self.youngest is not None and f"aged {self.youngest} to {self.oldest}",
            self.for_whom and f"{self.get_for_whom_display().lower()} only",
            self.tag and f"marked as “{COHORT_WORDS[CohortTag(self.tag)]}”",
            self.area_names and f"in {_either(self.area_names)}",
            self.purposes and f"for {_either([_lower(Purpose(each).label) for each in self.purposes])}",
            self.last_day and f"by {self.last_day:%-d %B %Y}",
        ]
        return [words for words in asked if words]


def _a_year_later(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if leap_day else day.replace(year=day.year + 1)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _either(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


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

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="budget")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="budgets", db_index=False)
    opened_on = models.DateField()
    worked_out = models.CharField(max_length=500, blank=True)  # how its sum was, in words the person reads
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
    def promised(self) -> int:
        """What was set aside for this person and what was paid, in pence."""
        return self.committed + self.paid + self.lost

    @property
    def total(self) -> int:
        """All the money this budget has held and not given back, in pence."""
        return self.available + self.promised

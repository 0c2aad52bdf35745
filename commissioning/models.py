"""What has been published about the money. Written once, by the night; no row is about fewer than five people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from budgets.models import Funder


class By(models.TextChoices):
    """What the rows of a table are."""

    TOTAL = "TOTAL", "Total"
    AREA = "AREA", "Area"
    PURPOSE = "PURPOSE", "Purpose"


class PublishedSum(models.Model):
    """What one funder's money did in some whole months, in pence. All figures are changes, not balances.

    `first_day` to `last_day` are local, both included. A label of "" is a total, or rows that were put together.
    """

    funder = models.ForeignKey(Funder, models.PROTECT, related_name="published_sums", db_index=False)
    by = models.CharField(max_length=7, choices=By)
    label = models.CharField(max_length=150, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    allocated = models.BigIntegerField(default=0)
    committed = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "funder",
                "by",
                "label",
                "last_day",
                name="published_once",
                violation_error_message="This has been published already.",
            ),
            models.CheckConstraint(
                name="published_days_in_order",
                condition=Q(first_day__lt=models.F("last_day")),
                violation_error_message="The last day must be after the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.label} to {self.last_day}"

    @property
    def approved(self) -> int:
        """Taken from the fund: set aside or paid."""
        return self.committed + self.paid


class PutIn(models.Model):
    """What one funder put in in one whole month, and what it was given back, in pence. It is about no person."""

    funder = models.ForeignKey(Funder, models.PROTECT, related_name="put_in", db_index=False)
    last_day = models.DateField()
    pence = models.BigIntegerField()
    given_back = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "funder",
                "last_day",
                name="put_in_once_a_month",
                violation_error_message="This month has been published already.",
            )
        ]

    def __str__(self) -> str:
        return f"put in to {self.last_day}"


class PublishedCount(models.Model):
    """About how many people had money, to the nearest five, up to the end of the newest month.

    No funder: all of them. No year: since the start; else the year it starts in, by April.
    """

    funder = models.ForeignKey(Funder, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.CharField(max_length=7, choices=By)
    label = models.CharField(max_length=150, blank=True)
    people = models.PositiveIntegerField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "funder",
                "year",
                "by",
                "label",
                name="one_count_of_a_kind",
                nulls_distinct=False,
                violation_error_message="This has been counted already.",
            ),
            models.CheckConstraint(
                name="count_is_of_fives",
                condition=Q(people__gte=5),
                violation_error_message="Fewer than five people are not counted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.label}: about {self.people}"


class PublishedGroup(models.Model):
    """About how many people gave an answer about who they are, and how many of them had money: to the nearest five.

    Counted afresh at the end of each month, of those who are with us then. `had_money` is None below five.
    """

    question = models.CharField(max_length=15)  # a name in people.record.characteristics.QUESTIONS
    answer = models.CharField(max_length=100)
    people = models.PositiveIntegerField()
    had_money = models.PositiveIntegerField(null=True)
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "question",
                "answer",
                name="one_count_of_an_answer",
                violation_error_message="This has been counted already.",
            ),
            models.CheckConstraint(
                name="group_is_of_fives",
                condition=Q(people__gte=5) & (Q(had_money=None) | Q(had_money__gte=5)),
                violation_error_message="Fewer than five people are not counted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.answer}: about {self.people}"

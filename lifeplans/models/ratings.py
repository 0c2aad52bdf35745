"""How much each good matters to the person and how content they are with it, kept over time."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from simple_history.models import HistoricalRecords

from lifeplans.goods import Good
from lifeplans.models.plans import LifePlan
from people.models import User, ids_seen_by

LEAST, MOST = 1, 10


class GoodRatingQuerySet(models.QuerySet["GoodRating"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__participant__in=ids_seen_by(user))

    def latest_of_each(self) -> Self:
        newest = self.model._default_manager.filter(plan=OuterRef("plan"), good=OuterRef("good")).order_by("-rated_on")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def with_trend(self) -> Self:
        """Add `satisfaction_before`: what the person said the time before, or None."""
        before = self.model._default_manager.filter(
            plan=OuterRef("plan"), good=OuterRef("good"), rated_on__lt=OuterRef("rated_on")
        ).order_by("-rated_on")
        return self.annotate(satisfaction_before=Subquery(before.values("satisfaction")[:1]))


class GoodRating(models.Model):
    """One good, one day: how important it is and how satisfied the person is, each from 1 to 10."""

    plan = models.ForeignKey(LifePlan, models.PROTECT, related_name="ratings", db_index=False)
    good = models.CharField(
        max_length=15, choices=Good, error_messages={"invalid_choice": "Choose one of the eleven goods."}
    )
    importance = models.PositiveSmallIntegerField()
    satisfaction = models.PositiveSmallIntegerField()
    rated_on = models.DateField()
    rated_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    history = HistoricalRecords()
    objects = GoodRatingQuerySet.as_manager()

    satisfaction_before: int | None  # set by with_trend()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="importance_from_1_to_10",
                condition=Q(importance__range=(LEAST, MOST)),
                violation_error_message="Say how important it is with a number from 1 to 10.",
            ),
            models.CheckConstraint(
                name="satisfaction_from_1_to_10",
                condition=Q(satisfaction__range=(LEAST, MOST)),
                violation_error_message="Say how happy they are with it with a number from 1 to 10.",
            ),
            models.UniqueConstraint(
                F("plan"),
                F("good"),
                F("rated_on"),
                name="one_rating_of_a_good_a_day",
                violation_error_message="This was already rated today.",
            ),
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"

    @property
    def gap(self) -> int:
        """How far life falls short of what matters; 0 where it does not."""
        return max(self.importance - self.satisfaction, 0)

    @property
    def change(self) -> int:
        """How much more satisfied than the time before. Only after with_trend()."""
        return 0 if self.satisfaction_before is None else self.satisfaction - self.satisfaction_before

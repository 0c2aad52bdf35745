"""What a person may have by the programme's rules, without a decision of a colleague: it widens and narrows."""

from __future__ import annotations

from typing import Self

from django.db import models

from budgets.models.funds import Budget
from people.models import User, ids_seen_by


class OwnLimitQuerySet(models.QuerySet["OwnLimit"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))

    def newest(self) -> OwnLimit | None:
        return self.order_by("-since", "-pk").first()


class OwnLimit(models.Model):
    """What the rule says yes to within 30 days (pence), from a moment on, and why. The newest one of a budget counts.

    The service alone writes them (budgets/by_rule.py).
    """

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="own_limits")
    pence = models.PositiveBigIntegerField()
    why = models.CharField(max_length=300)
    since = models.DateTimeField()

    objects = OwnLimitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"own limit {self.pk}"

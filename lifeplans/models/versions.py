"""The agreed plan as it read on a day. Rows are only ever added."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q

from lifeplans.models.plans import LifePlan
from people.models import User, ids_seen_by


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__participant__in=ids_seen_by(user))

    def newest_first(self) -> Self:
        return self.order_by("-number")


class PlanVersion(models.Model):
    """`snapshot` holds words, not codes, so that it reads the same for ever."""

    plan = models.ForeignKey(LifePlan, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    agreed_on = models.DateField()
    snapshot = models.JSONField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("plan"),
                models.F("number"),
                name="plan_version_numbered_once",
                violation_error_message="That version is there already.",
            ),
            models.CheckConstraint(
                name="plan_versions_start_at_1",
                condition=Q(number__gte=1),
                violation_error_message="Versions of a plan are numbered from 1.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="agreed_plans_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"version {self.number} of plan {self.plan_id}"

"""Two records found to be of one person, made into one: what moved, what changed, and whether it was undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant

UNDO_DAYS = 30


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(kept__in=ids_seen_by(user)).as_told()

    def standing(self) -> Self:
        return self.filter(undone_at=None).as_told()

    def as_told(self) -> Self:
        """Without what moved and changed, which the service alone reads."""
        return self.defer("moved", "changed")


class Merge(models.Model):
    """`moved` lists the rows that now point elsewhere, `changed` the values that were changed, both in their order."""

    kept = models.ForeignKey(Participant, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Participant, models.PROTECT, related_name="merged_away")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    moved = models.JSONField(default=list)
    changed = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "gone",
                name="merged_away_once",
                condition=Q(undone_at=None),
                violation_error_message="This record was merged already.",
            ),
            models.CheckConstraint(
                name="merged_records_are_two",
                condition=~Q(kept=F("gone")),
                violation_error_message="Choose two different records.",
            ),
            models.CheckConstraint(
                name="an_undone_merge_says_who_and_when",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                violation_error_message="A merge that was undone says who undid it and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"

    @property
    def undo_until(self) -> datetime:
        return self.merged_at + timedelta(days=UNDO_DAYS)

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.undo_until

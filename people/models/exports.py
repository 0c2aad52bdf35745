"""A file that the data-protection officer asks to take out: a second person agrees to it first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from people.models.accounts import User
from people.models.rights import SubjectAccess

TAKEN_WITHIN = timedelta(days=7)


class ExportQuerySet(models.QuerySet["ExportRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=ExportRequest.State.WAITING)

    def to_answer_by(self, user: User) -> Self:
        return self.waiting().exclude(asked_by=user)

    def of_late(self, user: User, now: datetime) -> Self:
        """What waits for anyone, and what this user may take."""
        own = self.usable(user, now)
        return self.filter(Q(state=ExportRequest.State.WAITING) | Q(pk__in=own.values("pk"))).order_by(
            "-asked_at", "-pk"
        )

    def usable(self, user: User, now: datetime) -> Self:
        """What this user may take now."""
        return self.filter(asked_by=user, state=ExportRequest.State.AGREED, answered_at__gt=now - TAKEN_WITHIN)


class ExportRequest(models.Model):
    """`query` is the audit's search, as an address has it. `access` is the request whose bundle is asked for."""

    class What(models.TextChoices):
        AUDIT = "AUDIT", "Lines of the audit"
        COPY = "COPY", "A copy of everything held about one person"

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting for a second person"
        AGREED = "AGREED", "Agreed"
        DECLINED = "DECLINED", "Not agreed"

    what = models.CharField(max_length=5, choices=What)
    query = models.CharField(max_length=1000, blank=True)
    access = models.ForeignKey(SubjectAccess, models.CASCADE, null=True, blank=True, related_name="exports")
    why = models.CharField(max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_copy_is_of_a_request_for_data",
                condition=Q(what="COPY", access__isnull=False, query="") | Q(what="AUDIT", access=None),
                violation_error_message="Choose the request for data whose copy this is.",
            ),
            models.CheckConstraint(
                name="nobody_takes_a_file_out_alone",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
                violation_error_message="Someone other than who asked has to agree.",
            ),
            models.CheckConstraint(
                name="an_answered_export_says_by_whom",
                condition=Q(state="WAITING", answered_by=None, answered_at=None, answer="")
                | Q(state="AGREED", answered_by__isnull=False, answered_at__isnull=False, answer="")
                | (Q(state="DECLINED", answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                violation_error_message="An answer says who gave it and when, and a no says why.",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="export_waiting", condition=Q(state="WAITING"))]

    def __str__(self) -> str:
        return f"export {self.pk}"

"""A caseload file between its preview and its confirmation. The row goes when the answer is given, or after a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from people.models.accounts import User

KEPT_FOR = timedelta(days=1)


class CaseloadUploadQuerySet(models.QuerySet["CaseloadUpload"]):
    def visible_to(self, user: User) -> Self:
        """Nobody sees another's file."""
        return self.filter(uploaded_by=user)

    def done_with(self, *, user: User, now: datetime) -> Self:
        """What a new upload by this user replaces, and whatever anyone left lying for a day."""
        return self.filter(Q(uploaded_by=user) | Q(uploaded_at__lt=now - KEPT_FOR))


class CaseloadUpload(models.Model):
    name = models.CharField(max_length=200)
    text = models.TextField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = CaseloadUploadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"upload {self.pk}"

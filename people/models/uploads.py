"""A caseload file from its upload to its undoing: what it would do, what it did, and to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant

KEPT_FOR = timedelta(days=1)  # a file that nobody answers
UNDO_FOR = timedelta(days=30)


class CaseloadUploadQuerySet(models.QuerySet["CaseloadUpload"]):
    def visible_to(self, user: User) -> Self:
        """Nobody sees another's file."""
        return self.filter(uploaded_by=user)

    def unanswered(self) -> Self:
        return self.filter(state__in=[CaseloadUpload.State.CHECKING, CaseloadUpload.State.CHECKED])

    def done_with(self, *, user: User, now: datetime) -> Self:
        """What a new upload by this user replaces, and whatever anyone left lying for a day."""
        return self.unanswered().filter(Q(uploaded_by=user) | Q(uploaded_at__lt=now - KEPT_FOR))


class CaseloadUpload(models.Model):
    """`report` is what the page shows of the file: counts, questions, problems, and samples in words."""

    class State(models.TextChoices):
        CHECKING = "CHECKING", "Being read"
        CHECKED = "CHECKED", "Waits for your answer"
        IMPORTING = "IMPORTING", "Being imported"
        DONE = "DONE", "Imported"
        UNDOING = "UNDOING", "Being undone"
        UNDONE = "UNDONE", "Undone"

    name = models.CharField(max_length=200)
    # Before its encoding is known: each byte as one letter (encodings.AS_BYTES). Empty once it was imported.
    text = models.TextField(blank=True)
    encoding = models.CharField(max_length=10, blank=True)  # empty until somebody has said which
    answers = models.JSONField(default=dict)  # to the questions that the file left open, by their keys
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    all_or_nothing = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)  # good lines to import, or people to undo
    done = models.PositiveIntegerField(default=0)  # how many of them are
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    moved_at = models.DateTimeField(default=timezone.now)  # when a worker last did something on it
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CaseloadUploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("uploaded_by", "uploaded_at", name="upload_by_user")]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + UNDO_FOR if self.finished_at else None

    def can_be_undone(self, now: datetime) -> bool:
        return self.state == self.State.DONE and self.undo_until is not None and now <= self.undo_until

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.IMPORTING, self.State.UNDOING)


class ImportedPersonQuerySet(models.QuerySet["ImportedPerson"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class ImportedPerson(models.Model):
    """Someone whom an import made or changed. `before` is what to put back; `kept` is why it was not."""

    upload = models.ForeignKey(CaseloadUpload, models.CASCADE, related_name="people", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="imports")
    was_made = models.BooleanField()
    before: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone = models.BooleanField(default=False)
    kept = models.CharField(max_length=300, blank=True)

    objects = ImportedPersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "upload",
                "participant",
                name="imported_once_by_a_file",
                violation_error_message="This file has imported this person already.",
            )
        ]

    def __str__(self) -> str:
        return f"imported {self.pk}"

"""Every other contact: a call, a text, a visit, a meeting with a volunteer."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from simple_history.models import HistoricalRecords

from people.models import Level, Participant, User, ids_seen_by


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        """All contacts of people with full access; of people in one's circle, only those one logged."""
        return self.filter(
            Q(participant__in=ids_seen_by(user, Level.FULL)) | Q(by=user, participant__in=ids_seen_by(user, Level.NAME))
        )


class Contact(models.Model):
    """A contact outside a meeting. If `meaningful`, the person was really in touch, so it counts in their pattern."""

    class Kind(models.TextChoices):
        CALL = "CALL", "Phone call"
        TEXT = "TEXT", "Text message"
        EMAIL = "EMAIL", "E-mail"
        VISIT = "VISIT", "Visit"
        VOLUNTEER_MEETING = "VOLUNTEER", "Meeting with a volunteer"
        OTHER = "OTHER", "Something else"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="contacts", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="contacts", db_index=False)
    note = models.TextField(blank=True)
    meaningful = models.BooleanField(default=True)
    sensitive = models.BooleanField(default=False)
    logged_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_note_is_not_too_long",
                condition=LessThanOrEqual(Length("note"), 12_000),
                violation_error_message="Write no more than 12,000 letters.",
            ),
        ]
        indexes = [
            models.Index("participant", "at", name="contact_by_person", include=["meaningful"]),
            models.Index("by", "at", name="contact_by_user"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

"""Every other contact: a call, a text, a visit, a meeting with a volunteer. One in error is struck, and stays."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from simple_history.models import HistoricalRecords

from common.encryption import EncryptedTextField
from people.models import Level, Participant, Role, User, ids_seen_by


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        """All contacts of people with full access; of people in one's circle, only those one logged."""
        return self.filter(
            Q(participant__in=ids_seen_by(user, Level.FULL)) | Q(by=user, participant__in=ids_seen_by(user, Level.NAME))
        )


class StruckAs(models.TextChoices):
    ERROR = "ERROR", "Written in error"
    WRONG_PERSON = "WRONG_PERSON", "About the wrong person"


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
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_why = models.CharField(max_length=100, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    struck_as = models.CharField(max_length=15, choices=StruckAs, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()
    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_note_is_not_too_long",
                condition=LessThanOrEqual(Length("note"), 12_000),
                violation_error_message="Write no more than 12,000 letters.",
            ),
            models.CheckConstraint(
                name="a_struck_contact_says_who_when_and_why_and_no_more",
                condition=Q(struck_at=None, struck_by=None, struck_as="", struck_why="")
                | (
                    Q(struck_at__isnull=False, struck_by__isnull=False, note="", meaningful=False)
                    & ~Q(struck_as="")
                    & ~Q(struck_why="")
                ),
                violation_error_message="A contact that is struck says who struck it, when and why, and nothing else.",
            ),
        ]
        indexes = [
            models.Index("participant", "at", name="contact_by_person", include=["meaningful"]),
            models.Index("by", "at", name="contact_by_user"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def title(self) -> str:
        """ "Phone call", or "Phone call, no answer"."""
        return f"{self.get_kind_display()}{'' if self.meaningful else ', no answer'}"

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def is_struck(self) -> bool:
        return self.struck_at is not None


class StruckNoteQuerySet(models.QuerySet["StruckNote"]):
    def visible_to(self, user: User) -> Self:
        """Managers who see everything of the person, and whoever wrote it."""
        seen = self.filter(participant__in=ids_seen_by(user, Level.FULL)).exclude(participant__user=user)
        return seen if Role.MANAGER in user.roles else seen.filter(contact__by=user)


class StruckNote(models.Model):
    """What a contact said before it was struck as written in error. Sealed, and out of everyone else's sight."""

    contact = models.OneToOneField(Contact, models.PROTECT, related_name="struck_note")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = EncryptedTextField()

    objects = StruckNoteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"struck note {self.pk}"

"""Files on a person's file: letters, evidence, and their photo. Each was opened and made clean before it was kept."""

from __future__ import annotations

from base64 import b64encode
from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from common.encryption import EncryptedBytesField
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def open_to(self, person: Participant) -> Self:
        """What the person reads on their own pages: what they sent, and what staff share with them."""
        kept = self.kept().filter(participant=person)
        return kept.filter(Q(shared_with_person=True) | Q(added_by=person.user_id))

    def listed(self) -> Self:
        """Newest first, without the bytes."""
        return self.defer("content").select_related("added_by", "removed_by").order_by("-added_at", "-pk")


class Document(models.Model):
    """`content` is encrypted. We wrote the file anew: what was uploaded is not kept."""

    class Kind(models.TextChoices):
        LETTER = "LETTER", "Letter"
        EVIDENCE = "EVIDENCE", "Evidence"
        PHOTO = "PHOTO", "Photo of the person"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="documents", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=150)
    content_type = models.CharField(max_length=20, choices=[(kind, kind) for kind in ENDINGS])
    size = models.PositiveIntegerField()  # bytes
    content = EncryptedBytesField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    shared_with_person = models.BooleanField(default=False)  # by staff; what the person sent themselves is theirs
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["content"])
    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_removed_document_says_who_and_when",
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                violation_error_message="A removed document says who removed it and when.",
            ),
            models.UniqueConstraint(
                "participant",
                name="one_photo_of_a_person",
                condition=Q(kind="PHOTO", removed_at=None),
                violation_error_message="There is a photo already. Remove it first.",
            ),
        ]
        indexes = [models.Index(fields=["participant", "-added_at"], name="document_by_person")]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def file_name(self) -> str:
        """A name of ours: the title may hold anything at all."""
        return f"document-{self.pk}.{ENDINGS[self.content_type]}"

    @property
    def form(self) -> str:
        """In words: "PDF"."""
        return {"pdf": "PDF", "jpg": "JPEG", "png": "PNG"}[ENDINGS[self.content_type]]

    @property
    def source(self) -> str:
        """A picture, small enough to stand in the page itself."""
        return f"data:{self.content_type};base64,{b64encode(self.content).decode()}"

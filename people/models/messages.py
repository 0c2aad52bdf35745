"""The outbox: what is to be said, to whom, by which channel, and whether it went."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from common.encryption import EncryptedTextField
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant


class Channel(models.TextChoices):
    SMS = "SMS", "Text message"
    EMAIL = "EMAIL", "E-mail"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def due(self, now: datetime) -> Self:
        """Waiting, their time has come and has not passed, and nobody holds them."""
        return self.filter(
            Q(state=Message.State.WAITING, not_before__lte=now),
            Q(not_after=None) | Q(not_after__gt=now),
            Q(leased_until=None) | Q(leased_until__lte=now),
        )


class Message(models.Model):
    """One message, queued once (`dedupe_key`) and sent once. Times are UTC."""

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        SENT = "SENT", "Sent"
        TOO_LATE = "TOO_LATE", "Too late to send"
        PARKED = "PARKED", "Could not be sent"
        WITHDRAWN = "WITHDRAWN", "No longer needed"

    class Kind(models.TextChoices):
        """Each has its own share of the texts that may go in a day."""

        CODE = "CODE", "Sign-in code"
        REMINDER = "REMINDER", "Reminder"
        OTHER = "OTHER", "Other"

    dedupe_key = models.CharField(max_length=200, unique=True)
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OTHER, db_default=Kind.OTHER)
    # The account it is for, where it is about someone: asked again at sending whether they may see the person.
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=150, blank=True)
    body = models.TextField()
    secret = EncryptedTextField(blank=True, default="", db_default="")  # words that open a door, until they have gone
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    leased_until = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)  # a try that has not ended: its worker is at it, or died
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sent_messages_say_when",
                condition=Q(state="SENT", sent_at__isnull=False) | ~Q(state="SENT"),
                violation_error_message="A message that was sent says when.",
            ),
            models.CheckConstraint(
                name="message_window_is_open",
                condition=Q(not_after=None) | Q(not_after__gt=F("not_before")),
                violation_error_message="A message cannot end before it may be sent.",
            ),
        ]
        indexes = [
            models.Index("not_before", name="message_waiting", condition=Q(state="WAITING")),
            models.Index("queued_at", "address", name="texts_by_time", condition=Q(channel="SMS")),
            models.Index(fields=["-queued_at", "-id"], name="message_by_time"),
            models.Index("state", name="message_by_state"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def reference(self) -> str:
        """Our name for it with whoever sends it: the same however often it is tried."""
        return f"{self.pk}.{self.queued_at:%Y%m%d%H%M%S%f}"

    @property
    def words(self) -> str:
        """What is sent."""
        return self.secret or self.body

"""What a person asked for about their data, what must be kept all the same, and what was taken away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from simple_history.models import HistoricalRecords

from common.encryption import EncryptedBytesField
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant

BUNDLE_KEPT = timedelta(days=30)
ANSWER_WITHIN = timedelta(days=30)


class OfPerson(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class SubjectAccess(models.Model):
    """A person asked for a copy of everything held. The bundle is encrypted, and deleted after thirty days."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="subject_access", db_index=False)
    asked_on = models.DateField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    bundle = EncryptedBytesField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0)  # bytes

    history = HistoricalRecords(excluded_fields=["bundle"])
    objects = OfPerson.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_bundle_says_who_made_it_and_when",
                condition=Q(made_at=None, made_by=None, size=0) | Q(made_at__isnull=False, made_by__isnull=False),
                violation_error_message="A bundle says who made it and when.",
            )
        ]
        indexes = [models.Index("participant", name="subject_access_by_person")]

    def __str__(self) -> str:
        return f"subject access {self.pk}"

    @property
    def due_on(self) -> date:
        """The law gives a month."""
        return self.asked_on + ANSWER_WITHIN

    @property
    def kept_until(self) -> date | None:
        return timezone.localdate(self.made_at + BUNDLE_KEPT) if self.made_at else None


class SubjectPassage(models.Model):
    """Words by or about others, asked about once: may the person read them? `digest` stands for the words."""

    class Answer(models.TextChoices):
        KEEP = "KEEP", "Keep"
        TAKE_OUT = "TAKE_OUT", "Take out"

    access = models.ForeignKey(SubjectAccess, models.CASCADE, related_name="passages", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    place = models.CharField(max_length=100)  # "engagement.Contact.note"
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()
    objects = OfPerson.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "access",
                "place",
                "digest",
                name="each_passage_is_asked_about_once",
                violation_error_message="This passage is on the list already.",
            ),
            models.CheckConstraint(
                name="an_answered_passage_says_who_and_when",
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                violation_error_message="An answered passage says who answered and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"passage {self.pk}"


class LegalHold(models.Model):
    """While it stands, nothing of this person's is taken away."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=1000)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=1000, blank=True)

    history = HistoricalRecords()
    objects = OfPerson.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                name="one_standing_hold_a_person",
                condition=Q(lifted_at=None),
                violation_error_message="There is a hold on this person's record already.",
            ),
            models.CheckConstraint(
                name="a_lifted_hold_says_who_when_and_why",
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                violation_error_message="Say why the hold is lifted.",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class RetentionRule(models.Model):
    """How long something is kept, counted from when, and what happens then."""

    class What(models.TextChoices):
        RECORD = "RECORD", "The whole record"
        MESSAGES = "MESSAGES", "Texts and e-mails that went"

    class Since(models.TextChoices):
        LEFT = "LEFT", "their last day with us, or the last entry where no such day is set"
        CONTACT = "CONTACT", "the last entry in the record"
        SENT = "SENT", "the day it was sent"

    class Act(models.TextChoices):
        PSEUDONYMISE = "PSEUDONYMISE", "Names, contact details and words are taken out; money and dates stay"
        DELETE = "DELETE", "Deleted"

    what = models.CharField(max_length=10, choices=What, unique=True)
    keep_days = models.PositiveIntegerField()
    since = models.CharField(max_length=10, choices=Since)
    act = models.CharField(max_length=15, choices=Act)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="retention_does_what_it_can",
                condition=Q(what="RECORD", since__in=["LEFT", "CONTACT"], act="PSEUDONYMISE")
                | Q(what="MESSAGES", since="SENT", act="DELETE"),
                violation_error_message="This cannot be done with what the rule is about.",
            ),
            models.CheckConstraint(
                name="everything_is_kept_a_month",
                condition=Q(keep_days__gte=30),
                violation_error_message="Keep everything for 30 days or more.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_what_display()


class Erasure(models.Model):
    """A record whose person was taken out of it. The database rewrites history for whoever has such a row today."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="erasure")
    at = models.DateTimeField(db_default=Now())  # the database's own clock: it asks this row whether it may
    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="+")

    objects = OfPerson.as_manager()

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class AccessReview(models.Model):
    """The officer's mark beside a line of unusual use."""

    kind = models.CharField(max_length=15)
    viewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField()
    note = models.CharField(max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "viewer",
                "day",
                name="a_line_is_looked_into_once",
                violation_error_message="This was looked into already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

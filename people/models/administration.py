"""Invitations, and what administrators did to an account."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from people.models.accounts import Role, Team, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Not taken up and not withdrawn, though perhaps too old."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def usable(self, now: datetime) -> Self:
        return self.waiting().filter(expires_at__gt=now)


class Invitation(models.Model):
    """A person is asked to make an account. The link carries a token; only its digest is kept here."""

    email = models.EmailField()
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=15, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    account = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="invitation")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords(excluded_fields=["digest"])
    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "email",
                name="one_waiting_invitation_an_address",
                condition=Q(accepted_at=None, withdrawn_at=None),
                violation_error_message="This address has an invitation already. Send that one again, or withdraw it.",
            ),
            models.CheckConstraint(
                name="invitation_email_is_in_small_letters",
                condition=Q(email=Lower("email")),
                violation_error_message="Write the e-mail address in small letters.",
            ),
            models.CheckConstraint(
                name="invitation_ends_after_it_starts",
                condition=Q(expires_at__gt=F("invited_at")),
                violation_error_message="An invitation ends after it is sent.",
            ),
            models.CheckConstraint(
                name="a_used_invitation_made_an_account",
                condition=Q(accepted_at=None, account=None) | Q(accepted_at__isnull=False, account__isnull=False),
                violation_error_message="An invitation that was used says which account it made.",
            ),
            models.CheckConstraint(
                name="an_invitation_is_used_or_withdrawn_not_both",
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                violation_error_message="This invitation was used or withdrawn already.",
            ),
            models.CheckConstraint(
                name="a_withdrawn_invitation_says_by_whom",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                violation_error_message="A withdrawn invitation says who withdrew it and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class AccountEvent(models.Model):
    """One thing that was done to an account, by whom, and in which words. Rows are only ever added."""

    class Kind(models.TextChoices):
        JOINED = "JOINED", "Took up the invitation"
        ROLE_GIVEN = "ROLE_GIVEN", "Role given"
        ROLE_ENDED = "ROLE_ENDED", "Role ended"
        MOVED = "MOVED", "Moved to another team"
        SUSPENDED = "SUSPENDED", "Suspended"
        RESTORED = "RESTORED", "Restored"

    account = models.ForeignKey(User, models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    what = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_suspension_gives_a_reason",
                condition=~Q(kind="SUSPENDED") | ~Q(reason=""),
                violation_error_message="Say why the account is suspended.",
            )
        ]
        indexes = [models.Index("account", "at", name="account_event_by_account")]

    def __str__(self) -> str:
        return f"account event {self.pk}"

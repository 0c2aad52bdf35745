"""Invitations, roles that wait for a second person, and what administrators did to an account."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY
from people.models.accounts import Membership, Role, Team, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Not taken up and not withdrawn, though perhaps too old."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def usable(self, now: datetime) -> Self:
        """Sent, and neither too old nor waiting for a second person."""
        agreed = Q(role_request=None) | Q(role_request__state="AGREED")
        return self.waiting().filter(agreed, expires_at__gt=now)


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


class RoleRequestQuerySet(models.QuerySet["RoleRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=RoleRequest.State.WAITING)

    def visible_to(self, user: User) -> Self:
        """All of them for administrators; for managers those of the teams they manage."""
        return self if Role.ADMINISTRATOR in user.roles else self.filter(team__in=user.managed_teams)

    def to_answer_by(self, user: User) -> Self:
        """Those that this user may answer: not what they asked for, and not their own role."""
        rows = self.waiting().visible_to(user).exclude(asked_by=user)
        return rows.exclude(Q(account__isnull=False) & Q(account=user))


class RoleRequest(models.Model):
    """A role that an administrator gives, moves or invites someone to, and that a second person has to agree to."""

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting for a second person"
        AGREED = "AGREED", "Agreed"
        DECLINED = "DECLINED", "Declined"
        WITHDRAWN = "WITHDRAWN", "Taken back"

    account = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="role_requests")
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, null=True, blank=True, related_name="role_request"
    )  # for someone who has no account yet
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    moves = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=15, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="role_requests")
    starts_on = models.DateField(null=True, blank=True)  # an invitation's role begins when it is taken up
    ends_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)  # why it was declined

    objects = RoleRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_role_is_for_an_account_or_an_invitation",
                condition=Q(account__isnull=False, invitation=None, starts_on__isnull=False)
                | Q(account=None, invitation__isnull=False, moves=None),
                violation_error_message="A role is for an account or for an invitation.",
            ),
            LAST_DAY,
            models.CheckConstraint(
                name="an_answered_role_says_by_whom",
                condition=Q(state="WAITING", answered_by=None, answered_at=None)
                | (~Q(state="WAITING") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                violation_error_message="An answer says who gave it and when.",
            ),
            models.CheckConstraint(
                name="nobody_gives_a_role_alone",
                condition=~Q(state="AGREED")
                | (~Q(answered_by=F("asked_by")) & (Q(account=None) | ~Q(answered_by=F("account")))),
                violation_error_message="Someone other than who asked, and than whose role it is, has to agree.",
            ),
            models.CheckConstraint(
                name="a_declined_role_says_why",
                condition=(Q(state="DECLINED") & ~Q(answer="")) | (~Q(state="DECLINED") & Q(answer="")),
                violation_error_message="Say why not.",
            ),
            models.UniqueConstraint(
                "account",
                "role",
                "team",
                name="one_waiting_role_of_a_kind",
                condition=Q(state="WAITING", account__isnull=False),
                nulls_distinct=False,
                violation_error_message="This role waits for a second person already.",
            ),
        ]
        indexes = [models.Index("team", name="role_waits", condition=Q(state="WAITING"))]

    def __str__(self) -> str:
        return f"role request {self.pk}"

    @property
    def in_words(self) -> str:
        return f"{self.get_role_display()}, {self.team}" if self.team else str(self.get_role_display())

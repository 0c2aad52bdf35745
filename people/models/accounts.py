"""Accounts, teams, and the role an account holds in a team for a time."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from phonenumber_field.modelfields import PhoneNumberField

from people.models.places import DeliveryUnit, Prison


class Role(models.TextChoices):
    PARTICIPANT = "PARTICIPANT", "Participant"
    PRACTITIONER = "PRACTITIONER", "Practitioner"
    MANAGER = "MANAGER", "Team manager"
    VOLUNTEER = "VOLUNTEER", "Volunteer"
    PROVIDER = "PROVIDER", "Provider"
    COMMISSIONER = "COMMISSIONER", "Commissioner"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"
    DATA_PROTECTION = "DATA_PROTECTION", "Data-protection officer"


class Team(models.Model):
    """A group of people who work together: a probation team, a prison team, a provider's staff or a scheme."""

    class Kind(models.TextChoices):
        PROBATION = "PROBATION", "Probation team"
        PRISON = "PRISON", "Prison team"
        PROVIDER = "PROVIDER", "Provider"
        SCHEME = "SCHEME", "Scheme"

    name = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PROBATION)
    delivery_unit = models.ForeignKey(DeliveryUnit, models.PROTECT, null=True, blank=True, related_name="teams")
    prison = models.ForeignKey(Prison, models.PROTECT, null=True, blank=True, related_name="teams")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Someone who can sign in: by e-mail and password (staff) or by a code (participants)."""

    name = models.CharField(max_length=150)
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001 - unique where there is one
    phone = PhoneNumberField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
            models.CheckConstraint(name="user_email_is_in_small_letters", condition=Q(email=Lower("email"))),
            models.UniqueConstraint("phone", name="user_phone_unique"),
            models.CheckConstraint(
                name="user_can_be_reached", condition=Q(email__isnull=False) | Q(phone__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def live_memberships(self) -> list[Membership]:
        """The roles this account holds today; asked once a request."""
        return list(self.memberships.live(timezone.localdate()).select_related("team").order_by("pk"))

    @property
    def roles(self) -> set[str]:
        return {membership.role for membership in self.live_memberships}

    @property
    def team_ids(self) -> list[int]:
        return [membership.team_id for membership in self.live_memberships if membership.team_id]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self, today: date) -> Self:
        return self.filter(Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))


class Membership(models.Model):
    """Who holds which role, where, from when until when (both days included)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=15, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="A role cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="staff_roles_sit_in_a_team",
                condition=~Q(role__in=["PRACTITIONER", "MANAGER"]) | Q(team__isnull=False),
                violation_error_message="Choose the team this person works in.",
            ),
            models.UniqueConstraint(
                "user",
                "role",
                "team",
                name="one_open_membership_of_a_kind",
                condition=Q(ends_on=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display().lower()}"

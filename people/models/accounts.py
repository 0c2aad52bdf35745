"""Accounts, teams, and the role an account holds in a team for a time."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, NoReturn, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.management import CommandError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet
from common.postgres.actor import as_service
from people.models.places import DeliveryUnit, Prison


class Role(models.TextChoices):
    PARTICIPANT = "PARTICIPANT", "Participant"
    PRACTITIONER = "PRACTITIONER", "Practitioner"
    MANAGER = "MANAGER", "Team manager"
    VOLUNTEER = "VOLUNTEER", "Volunteer"
    PROVIDER = "PROVIDER", "Provider"
    SCHEME = "SCHEME", "Scheme worker"
    FINANCE = "FINANCE", "Finance officer"
    PANEL = "PANEL", "Panel member"
    FUNDER = "FUNDER", "Funder"
    COMMISSIONER = "COMMISSIONER", "Commissioner"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"
    DATA_PROTECTION = "DATA_PROTECTION", "Data-protection officer"


# Which role an account that holds several acts as until it chooses another.
USUAL_ORDER = [
    Role.PRACTITIONER, Role.MANAGER, Role.VOLUNTEER, Role.PROVIDER, Role.SCHEME, Role.FINANCE, Role.PANEL,
    Role.FUNDER, Role.COMMISSIONER, Role.ADMINISTRATOR, Role.DATA_PROTECTION, Role.PARTICIPANT,
]  # fmt: skip


# Roles that see people, could make someone who does, or keep the books: a second person says yes to each.
NEED_A_SECOND = (
    Role.PRACTITIONER, Role.MANAGER, Role.PROVIDER, Role.SCHEME, Role.FINANCE, Role.PANEL,
    Role.ADMINISTRATOR, Role.DATA_PROTECTION,
)  # fmt: skip
NEED_A_TEAM = (Role.PRACTITIONER, Role.MANAGER, Role.SCHEME)
WRONG_KIND = "This role is not held in a team of that kind. Choose another team."
SEE_WITH_THEIR_TEAM = {Role.PRACTITIONER, Role.MANAGER, Role.PROVIDER, Role.SCHEME}  # app_teams() says the same


class Team(models.Model):
    """A group of people who work together: a probation team, a prison team, a provider's staff or a scheme."""

    class Kind(models.TextChoices):
        PROBATION = "PROBATION", "Probation team"
        PRISON = "PRISON", "Prison team"
        PROVIDER = "PROVIDER", "Provider"
        SCHEME = "SCHEME", "Scheme"

    name = models.CharField(
        max_length=150, unique=True, error_messages={"unique": "Another team has this name. Choose another."}
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PROBATION)
    delivery_unit = models.ForeignKey(DeliveryUnit, models.PROTECT, null=True, blank=True, related_name="teams")
    prison = models.ForeignKey(Prison, models.PROTECT, null=True, blank=True, related_name="teams")
    phone = PhoneNumberField(blank=True, default="", db_default="")  # where anyone in the team is reached

    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name

    def takes(self, role: str) -> bool:
        """Whether someone can hold this role in a team of this kind: else a team's people would show to strangers."""
        return self.kind in KINDS_FOR.get(Role(role), Team.Kind)


OUR_OWN = (Team.Kind.PROBATION, Team.Kind.PRISON)
KINDS_FOR = {
    Role.PRACTITIONER: OUR_OWN,
    Role.MANAGER: OUR_OWN,
    Role.PROVIDER: (Team.Kind.PROVIDER,),
    Role.SCHEME: (Team.Kind.SCHEME,),
}


SERVICE_EMAIL = "service@good-lives.invalid"  # people/sql/works_here.sql knows it too
SERVICE = {"name": "The service", "is_active": False, "works_here": False}


class UserQuerySet(models.QuerySet["User"]):
    def staff(self) -> Self:
        """Everyone but the service, and those who are participants and nothing else: administrators see no case."""
        return self.filter(works_here=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, **fields: Any) -> NoReturn:
        """What Django's own command asks for."""
        raise CommandError("There are no superusers here. Run manage.py create_administrator instead.")

    @as_service()
    def service(self) -> User:
        """The account that tasks and commands write under. Nobody can sign in to it."""
        return self.get_or_create(email=SERVICE_EMAIL, defaults=SERVICE)[0]


class User(AbstractBaseUser):
    """Someone who can sign in: by e-mail and password (staff) or by a code (participants)."""

    hides_columns = True  # people/migrations/0010_accounts.py
    name = models.CharField(max_length=150)
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001 - unique where there is one
    phone = PhoneNumberField(null=True, blank=True)
    # Where the people they work with ring them; of no use for signing in, and shared by a whole office perhaps.
    work_phone = PhoneNumberField(blank=True, default="", db_default="")
    code_letter_since = models.DateTimeField(null=True, blank=True)  # nothing reaches them yet but a code on paper
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    # False for the service, and while a participant's is the only role (people/sql/works_here.sql).
    works_here = models.BooleanField(default=True, db_default=True, editable=False)
    sign_in_round = models.PositiveIntegerField(default=0)  # one more, and no session from before it works again

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        indexes = [
            models.Index(F("name"), F("id"), name="staff_by_name", include=["email"], condition=Q(works_here=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_unique",
                violation_error_message="Someone else signs in with this e-mail address. Use another.",
            ),
            models.CheckConstraint(
                name="user_email_is_in_small_letters",
                condition=Q(email=Lower("email")),
                violation_error_message="Write the e-mail address in small letters.",
            ),
            models.UniqueConstraint(
                "phone",
                name="user_phone_unique",
                violation_error_message="Someone else signs in with this phone number. Use another.",
            ),
            models.CheckConstraint(
                name="user_can_be_reached",
                condition=Q(email__isnull=False) | Q(phone__isnull=False) | Q(code_letter_since__isnull=False),
                violation_error_message="An account needs an e-mail address, a phone number or a code on paper.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What ties a session to its account: it ends with the password, and with the round it was begun in."""
        salt = "people.models.User.get_session_auth_hash"
        return salted_hmac(salt, f"{self.password}{self.sign_in_round}", secret=secret, algorithm="sha256").hexdigest()

    way_in_id: int | None = None  # in a request: the change of sign-in that the session's way in came from
    unconfirmed_way: Any = None  # in a request: the same, while it waits to be confirmed (a SignInChange)
    acts_as: int | None = None  # in a request: the membership chosen, or 0 for the usual one; outside: None

    @cached_property
    def current_memberships(self) -> list[Membership]:
        """The roles this account holds today; asked once a request."""
        return list(self.memberships.current(timezone.localdate()).select_related("team").order_by("pk"))

    @property
    def is_service(self) -> bool:
        """Whether this is the account that tasks and commands write under."""
        return self.email == SERVICE_EMAIL

    @property
    def acting(self) -> list[Membership]:
        """The roles that count: the one acted as in a request, all of them outside one."""
        if self.acts_as is None or len(self.current_memberships) < 2:
            return self.current_memberships
        chosen = [membership for membership in self.current_memberships if membership.pk == self.acts_as]
        return chosen or [min(self.current_memberships, key=lambda m: (USUAL_ORDER.index(Role(m.role)), m.pk))]

    @property
    def one_role(self) -> int | None:
        """The membership acted as, where only that one counts."""
        return self.acting[0].pk if len(self.current_memberships) > 1 and self.acts_as is not None else None

    @property
    def roles(self) -> set[str]:
        return {membership.role for membership in self.acting}

    @property
    def is_only_participant(self) -> bool:
        return self.roles == {Role.PARTICIPANT}

    @property
    def team_ids(self) -> list[int]:
        """The teams whose people this account sees: an administrator of a team sees no case by it."""
        return [m.team_id for m in self.acting if m.team_id and m.role in SEE_WITH_THEIR_TEAM]

    @property
    def managed_teams(self) -> list[int]:
        """The teams that this account manages, in the role it acts as."""
        return [m.team_id for m in self.acting if m.team_id and m.role == Role.MANAGER]


class MembershipQuerySet(DatedQuerySet["Membership"]):
    def of_practitioners(self) -> Self:
        """Roles in which one leads people."""
        return self.filter(role__in=[Role.PRACTITIONER, Role.MANAGER])

    def seeing_funds(self, today: date) -> models.QuerySet[Membership, int]:
        """The ids of those who look after the funds, and can sign in."""
        there = self.current(today).filter(role__in=[Role.MANAGER, Role.FINANCE], user__is_active=True)
        return there.values_list("user", flat=True)

    def keeping_books(self, today: date) -> models.QuerySet[Membership, int]:
        """The ids of the finance officers who can sign in."""
        there = self.current(today).filter(role=Role.FINANCE, user__is_active=True)
        return there.values_list("user", flat=True)

    def managers_beside(self, user: User, today: date) -> models.QuerySet[Membership, int]:
        """The ids of the others who manage the teams that this user manages, and can sign in."""
        there = self.current(today).filter(role=Role.MANAGER, team__in=user.managed_teams, user__is_active=True)
        return there.exclude(user=user).values_list("user", flat=True)


class Membership(Dated):
    """Who holds which role, where, from when until when."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=15, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="memberships")

    history = HistoricalRecords()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            models.CheckConstraint(
                name="staff_roles_sit_in_a_team",
                condition=~Q(role__in=["PRACTITIONER", "MANAGER", "SCHEME"]) | Q(team__isnull=False),
                violation_error_message="Choose the team this person works in.",
            ),
            models.UniqueConstraint(
                "user",
                "role",
                "team",
                name="one_open_membership_of_a_kind",
                condition=Q(ends_on=None),
                nulls_distinct=False,
                violation_error_message="This account holds this role in this team already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display().lower()}"

    @property
    def in_words(self) -> str:
        return f"{self.get_role_display()}, {self.team}" if self.team else str(self.get_role_display())

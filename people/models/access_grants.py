"""Who may see whom: access grants, and the exclusions and restrictions that limit them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from simple_history.models import HistoricalRecords

from common.dated import Row, TimedQuerySet
from people.models.accounts import Membership, Role, Team, User

if TYPE_CHECKING:
    from people.models.participants import Participant  # noqa: F401


# What stands in SQL that is written once for what is new each time: the moment, the day, the user and their teams.
MOMENT, DAY, STAND_IN = datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1), -1


class Level(models.IntegerChoices):
    NAME = 1, "Name"
    CONTACT = 2, "Contact details"
    FULL = 3, "Everything"


class AccessGrantQuerySet(TimedQuerySet["AccessGrant"]):
    def of(self, user: User) -> Self:
        """Grants to this user or to one of their teams."""
        return self.filter(Q(user=user) | Q(team__in=user.team_ids)) if user.is_active else self.none()

    def at_least(self, level: Level) -> Self:
        return self.filter(level__gte=level)

    def seen_by(self, user: User, level: Level = Level.FULL, at: datetime | None = None) -> Self:
        """Current grants that let this user see someone at this level: no limit stands against it."""
        return self.current(at).of(user).at_least(level).unrestricted(user, at)

    def emergency(self) -> Self:
        return self.current().filter(why=AccessGrant.Why.BREAK_GLASS)

    def to_change(self) -> Self:
        """Without emergency access, which is for reading."""
        return self.exclude(why=AccessGrant.Why.BREAK_GLASS)

    def unrestricted(self, user: User, at: datetime | None = None) -> Self:
        """Without people who exclude this user, whose restriction does not list them, or whose record was merged."""
        theirs = {"participant": OuterRef("participant")}
        excluded = Exclusion.objects.current(at).filter(user=user, **theirs)
        restricted = Restriction.objects.current(at).against(user).filter(**theirs)
        people = apps.get_model("people", "Participant")._default_manager
        merged = people.filter(pk=OuterRef("participant"), merged_into__isnull=False)
        return self.exclude(Exists(excluded)).exclude(Exists(restricted)).exclude(Exists(merged))


def ids_seen_by(user: User, level: Level = Level.FULL) -> Any:
    """Ids of the people whom the user may see, for `participant__in`: what Participant.objects.visible_to(user) finds,
    without a look at the people's own table."""
    return _ids(user, level, to_change=False)


def ids_changeable_by(user: User, level: Level = Level.FULL) -> Any:
    """The same, without people whom the user sees by emergency access alone."""
    return _ids(user, level, to_change=True)


def _ids(user: User, level: Level, *, to_change: bool) -> Any:
    if not user.is_active:
        return AccessGrant.objects.none().values("participant")
    return RawSQL(*written_once(_people_of, user, level, to_change))  # noqa: S611 - the ORM wrote it


def _people_of(user: User, level: Level, to_change: bool) -> models.QuerySet[AccessGrant, Any]:
    grants = AccessGrant.objects.to_change() if to_change else AccessGrant.objects.all()
    return grants.seen_by(user, level, MOMENT).values("participant")


def written_once(ask: Callable[..., Any], user: User, *more: Any, today: date | None = None) -> tuple[str, list[Any]]:
    """The SQL of `ask(user, *more)` and its values. Django takes longer to write it than Postgres to answer, so that is
    done once a process, for a stand-in of whoever asks; then theirs, MOMENT (now) and DAY (today) are put in its place.
    """
    teams = sorted(set(user.team_ids))
    sql, values = _written(ask, len(teams), *more)
    known = {STAND_IN: user.pk, MOMENT: timezone.now(), DAY: today}
    known |= {STAND_IN - 1 - place: team for place, team in enumerate(teams)}
    return sql, [known.get(value, value) for value in values]


@lru_cache(maxsize=100)
def _written(ask: Callable[..., Any], teams: int, *more: Any) -> tuple[str, tuple[Any, ...]]:
    someone = User(pk=STAND_IN)
    someone.current_memberships = [Membership(role=Role.MANAGER, team_id=STAND_IN - 1 - n) for n in range(teams)]
    written: tuple[str, tuple[Any, ...]] = ask(someone, *more).query.sql_with_params()
    return written


class AccessGrant(models.Model):
    """A user or a team may see a participant, at a level, for a reason, for a time (UTC).

    A provider's staff and a scheme's are teams of that kind. The database's own rule (`app_sees`) reads this table too.
    """

    class Why(models.TextChoices):
        ASSIGNED = "ASSIGNED", "Assigned practitioner"
        TEAM = "TEAM", "Works in the team"
        SELF = "SELF", "Their own record"
        CIRCLE = "CIRCLE", "In the person's circle"
        REFERRAL = "REFERRAL", "Referred for help"
        ENROLLED = "ENROLLED", "On a programme they run"
        BREAK_GLASS = "BREAK_GLASS", "Opened in an emergency"
        PRISON = "PRISON", "Works with them in prison"
        AREA = "AREA", "Manages the area, while nobody leads the case"

    participant = models.ForeignKey("people.Participant", models.PROTECT, related_name="access_grants")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="access_grants", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="access_grants", db_index=False)
    level = models.PositiveSmallIntegerField(choices=Level)
    why = models.CharField(max_length=11, choices=Why)
    reason = models.CharField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    marked_seen_at = models.DateTimeField(null=True, blank=True)  # of emergency access, by who answers for the case
    marked_seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_has_one_principal",
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False),
                violation_error_message="Access is given to one account or to one team.",
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                violation_error_message="Access cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="an_emergency_has_a_reason_and_an_end",
                condition=~Q(why="BREAK_GLASS") | (Q(ends_at__isnull=False, user__isnull=False) & ~Q(reason="")),
                violation_error_message="Emergency access says who, why and until when.",
            ),
            models.CheckConstraint(
                name="only_an_emergency_is_marked_seen",
                condition=Q(marked_seen_at=None, marked_seen_by=None)
                | Q(why="BREAK_GLASS", marked_seen_at__isnull=False, marked_seen_by__isnull=False),
                violation_error_message="Emergency access that is marked as seen says by whom and when.",
            ),
            models.UniqueConstraint(
                "participant",
                "user",
                "team",
                "why",
                name="one_open_grant_of_a_kind",
                condition=Q(ends_at=None),
                nulls_distinct=False,
                violation_error_message="They have this access already.",
            ),
        ]
        indexes = [
            models.Index("user", "participant", "level", name="grant_by_user"),
            models.Index("team", "participant", "level", name="grant_by_team"),
            models.Index("participant", name="emergency_not_seen", condition=Q(why="BREAK_GLASS", marked_seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"sight {self.pk}"


class LimitedAccessQuerySet(TimedQuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """Limits on people whom the user sees. A user learns of their own exclusion by its message alone."""
        return self.filter(participant__in=ids_seen_by(user))

    def against(self, user: User) -> Self:
        """Restrictions that do not list this user. They never refuse a participant their own record."""
        others = self.exclude(participant__user=user)
        return others.exclude(Exists(Allowed.objects.filter(user=user, restriction=OuterRef("pk"))))


class LimitedAccess(models.Model):
    """What exclusions and restrictions share: a person, dates (UTC), a reason, and a message for those refused."""

    hides_columns = True  # the reason: people/migrations/0009_columns.py

    participant = models.ForeignKey("people.Participant", models.PROTECT, related_name="%(class)ss")
    reason = models.CharField(max_length=500)
    message = models.CharField(max_length=500)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Exclusion(LimitedAccess):
    """This user does not see this person, whatever grants they have."""

    user = models.ForeignKey(User, models.PROTECT, related_name="exclusions")

    history = HistoricalRecords()
    objects = LimitedAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exclusion_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                violation_error_message="An exclusion cannot end before it starts.",
            ),
            models.UniqueConstraint(
                "participant",
                "user",
                name="excluded_once",
                condition=Q(ends_at=None),
                violation_error_message="They are kept out of this record already.",
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion {self.pk}"


class Restriction(LimitedAccess):
    """Only users on its list see this person. Others with a grant learn only that the record is restricted."""

    allowed = models.ManyToManyField(User, through="people.Allowed", related_name="restrictions")

    history = HistoricalRecords()
    objects = LimitedAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="restriction_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                violation_error_message="A restriction cannot end before it starts.",
            ),
            models.UniqueConstraint(
                "participant",
                name="one_open_restriction",
                condition=Q(ends_at=None),
                violation_error_message="This record is restricted already. Change who is on its list.",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"


class AllowedQuerySet(models.QuerySet["Allowed"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(restriction__in=Restriction.objects.visible_to(user))


class Allowed(models.Model):
    """A user on a restriction's list."""

    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="list", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    history = HistoricalRecords()
    objects = AllowedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "restriction",
                "user",
                name="on_a_list_once",
                violation_error_message="They are on the list already.",
            )
        ]

    def __str__(self) -> str:
        return f"allowed {self.pk}"

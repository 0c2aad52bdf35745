"""The one answer to "who may see whom"."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.models.accounts import Team, User

if TYPE_CHECKING:
    from people.models.participants import Participant  # noqa: F401


class Level(models.IntegerChoices):
    NAME = 1, "Name"
    CONTACT = 2, "Contact details"
    FULL = 3, "Everything"


class SightQuerySet(models.QuerySet["Sight"]):
    def live(self, now: datetime | None = None) -> Self:
        now = now or timezone.now()
        return self.filter(Q(starts_at__lte=now), Q(ends_at=None) | Q(ends_at__gt=now))

    def of(self, user: User) -> Self:
        """Rows that let this user see someone, on their own account or through a team."""
        return self.filter(Q(user=user) | Q(team__in=user.team_ids))

    def at_least(self, level: Level) -> Self:
        return self.filter(level__gte=level)


class Sight(models.Model):
    """A user or a team may see a participant, at a level, for a reason, for a time (UTC)."""

    class Why(models.TextChoices):
        ASSIGNED = "ASSIGNED", "Assigned practitioner"
        TEAM = "TEAM", "Works in the team"
        SELF = "SELF", "Their own record"
        CIRCLE = "CIRCLE", "In the person's circle"
        REFERRAL = "REFERRAL", "Referred for help"
        PRISON = "PRISON", "Works with them in prison"

    participant = models.ForeignKey("people.Participant", models.PROTECT, related_name="sights")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="sights")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="sights")
    level = models.PositiveSmallIntegerField(choices=Level)
    why = models.CharField(max_length=10, choices=Why)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = SightQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sight_has_one_principal",
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False),
            ),
            models.CheckConstraint(
                name="sight_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(
                "participant",
                "user",
                "team",
                "why",
                name="one_open_sight_of_a_kind",
                condition=Q(ends_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index("user", "participant", "level", name="sight_by_user"),
            models.Index("team", "participant", "level", name="sight_by_team"),
        ]

    def __str__(self) -> str:
        return f"sight {self.pk}"

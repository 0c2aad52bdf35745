"""How likely serious harm is, to whom, who watches over it, and what the person needs. Rows are only ever added."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common.triggers import only_added
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.needs import Need
from people.models.participants import Participant, RiskBand


class RiskQuerySet(models.QuerySet["RiskAssessment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def newest_first(self) -> Self:
        return self.order_by("-assessed_on", "-pk")

    def overdue(self, today: date) -> Self:
        """Those that count and whose review is past its day."""
        newest = RiskAssessment.objects.filter(participant=models.OuterRef("participant")).newest_first()
        return self.filter(review_by__lt=today, pk=models.Subquery(newest.values("pk")[:1]))


class RiskAssessment(models.Model):
    """One assessment, as it was made. A need in neither list is one about which not enough is known."""

    class Source(models.TextChoices):
        OASYS = "OASYS", "OASys assessment"
        PRACTITIONER = "PRACTITIONER", "Practitioner's assessment"
        PRISON = "PRISON", "Prison"
        POLICE = "POLICE", "Police"
        MAPPA = "MAPPA", "MAPPA meeting"
        COURT = "COURT", "Court report"

    class MappaLevel(models.IntegerChoices):
        ONE = 1, "Level 1"
        TWO = 2, "Level 2"
        THREE = 3, "Level 3"

    class MappaCategory(models.IntegerChoices):
        ONE = 1, "Category 1"
        TWO = 2, "Category 2"
        THREE = 3, "Category 3"
        FOUR = 4, "Category 4"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="risk_assessments", db_index=False)
    assessed_on = models.DateField()
    review_by = models.DateField()
    source = models.CharField(max_length=15, choices=Source)
    overall = models.CharField(max_length=10, choices=RiskBand)
    to_children = models.CharField(max_length=10, choices=RiskBand)
    to_public = models.CharField(max_length=10, choices=RiskBand)
    to_known_adult = models.CharField(max_length=10, choices=RiskBand)
    to_staff = models.CharField(max_length=10, choices=RiskBand)
    to_prisoners = models.CharField(max_length=10, choices=RiskBand)
    mappa_level = models.PositiveSmallIntegerField(choices=MappaLevel, null=True, blank=True)
    mappa_category = models.PositiveSmallIntegerField(choices=MappaCategory, null=True, blank=True)
    convictions = models.PositiveSmallIntegerField(null=True, blank=True)  # on record, where it says
    needs_found = ArrayField(models.CharField(max_length=15, choices=Need), default=list, blank=True)
    needs_ruled_out = ArrayField(models.CharField(max_length=15, choices=Need), default=list, blank=True)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = RiskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="risk_is_reviewed_after_it_is_assessed",
                condition=Q(review_by__gt=F("assessed_on")),
                violation_error_message="The review has to be after the day of the assessment.",
            ),
            models.CheckConstraint(
                name="mappa_has_both_level_and_category",
                condition=Q(mappa_level=None, mappa_category=None)
                | Q(mappa_level__isnull=False, mappa_level__range=(1, 3))
                & Q(mappa_category__isnull=False, mappa_category__range=(1, 4)),
                violation_error_message="Give both the MAPPA level and the category, or neither.",
            ),
            models.CheckConstraint(
                name="a_need_has_one_answer",
                condition=~Q(needs_found__overlap=F("needs_ruled_out")),
                violation_error_message="A need is either identified or not.",
            ),
        ]
        indexes = [models.Index(fields=["participant", "-assessed_on", "-id"], name="risk_newest_first")]
        triggers = only_added("risk_is_only_added", but=["participant"])

    def __str__(self) -> str:
        return f"risk assessment {self.pk}"

    @property
    def groups(self) -> list[tuple[str, str, str]]:
        """To whom, the band, and the band in words."""
        names = {"children": "Children", "public": "The public", "known_adult": "A known adult", "staff": "Staff",
                 "prisoners": "Prisoners"}  # fmt: skip
        bands = {name: str(getattr(self, f"to_{name}")) for name in names}
        return [(words, bands[name], RiskBand(bands[name]).label) for name, words in names.items()]

    @property
    def mappa(self) -> str:
        if self.mappa_level is None or self.mappa_category is None:
            return "Not under MAPPA"
        return f"Level {self.mappa_level}, category {self.mappa_category}"

    @property
    def needs(self) -> list[tuple[str, str]]:
        return [(Need(need).label, self.about(need)) for need in Need.values]

    def about(self, need: Any) -> str:
        if need in self.needs_found:
            return "Identified"
        return "Not identified" if need in self.needs_ruled_out else "Not enough known"

    def is_overdue(self, today: date) -> bool:
        return self.review_by < today

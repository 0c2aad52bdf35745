"""What the court ordered: facts a plan may satisfy and may never change."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from people.models.accounts import User
from people.models.participants import Participant


class SentenceQuerySet(models.QuerySet["Sentence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=Participant.objects.visible_to(user))

    def releases_between(self, first: date, last: date) -> Self:
        return self.filter(release_on__range=(first, last))


class Sentence(models.Model):
    """A sentence passed on a person. `length_days` is the whole term."""

    class Kind(models.TextChoices):
        CUSTODY = "CUSTODY", "Custody"
        COMMUNITY = "COMMUNITY", "Community order"
        SUSPENDED = "SUSPENDED", "Suspended sentence"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="sentences")
    kind = models.CharField(max_length=10, choices=Kind)
    starts_on = models.DateField()
    length_days = models.PositiveIntegerField()
    ends_on = models.DateField()
    release_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()
    objects = SentenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sentence_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="A sentence cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="only_custody_has_a_release_date",
                condition=Q(release_on=None) | Q(kind="CUSTODY"),
                violation_error_message="Only a custodial sentence has a release date.",
            ),
            models.CheckConstraint(
                name="release_follows_the_start",
                condition=Q(release_on=None) | Q(release_on__gte=F("starts_on")),
                violation_error_message="A release date cannot be before the sentence starts.",
            ),
            models.UniqueConstraint("participant", "kind", "starts_on", name="sentence_entered_once"),
        ]
        indexes = [models.Index("release_on", name="sentence_by_release")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.in_words}"

    @property
    def in_words(self) -> str:
        """The length as people say it: weeks up to a year, else months."""
        if self.length_days < 7:
            return f"{self.length_days} days"
        if self.length_days < 365:
            return f"{round(self.length_days / 7)} weeks"
        return f"{round(self.length_days / 30.4375)} months"


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sentence__participant__in=Participant.objects.visible_to(user))


class Requirement(models.Model):
    """Something the court requires: compulsory in what, sometimes flexible in how."""

    class Kind(models.TextChoices):
        UNPAID_WORK = "UNPAID_WORK", "Unpaid work or other activity"
        SUPERVISION = "SUPERVISION", "Supervision"
        COMPENSATION = "COMPENSATION", "Compensation"
        PROGRAMME = "PROGRAMME", "Programme"
        MENTAL_HEALTH = "MENTAL_HEALTH", "Mental health treatment"
        DRUG = "DRUG", "Drug treatment"
        ALCOHOL = "ALCOHOL", "Alcohol treatment"
        RESIDENCE = "RESIDENCE", "Residence"
        CONDUCT = "CONDUCT", "Conduct"
        REHABILITATION = "REHABILITATION", "Rehabilitation activity"
        LICENCE = "LICENCE", "Licence condition"

    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="requirements")
    kind = models.CharField(max_length=15, choices=Kind)
    detail = models.CharField(max_length=300, blank=True)
    flexible = models.BooleanField(default=False)

    history = HistoricalRecords()
    objects = RequirementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("sentence", "kind", "detail", name="requirement_entered_once")]

    def __str__(self) -> str:
        return self.get_kind_display()

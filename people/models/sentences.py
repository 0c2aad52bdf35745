"""What the court ordered: facts a plan may satisfy and may never change."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, DatedQuerySet
from common.triggers import only_added
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant


class SentenceQuerySet(DatedQuerySet["Sentence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def releases_between(self, first: date, last: date) -> Self:
        return self.filter(release_on__range=(first, last))


class Sentence(models.Model):
    """A sentence passed on a person. `length_days` is the whole term."""

    class Kind(models.TextChoices):
        CUSTODY = "CUSTODY", "Custody"
        COMMUNITY = "COMMUNITY", "Community order"
        SUSPENDED = "SUSPENDED", "Suspended sentence"
        PAYBACK = "PAYBACK", "Community Payback Order"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="sentences", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    starts_on = models.DateField()
    length_days = models.PositiveIntegerField()
    ends_on = models.DateField()
    release_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()
    objects = SentenceQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
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
            models.UniqueConstraint(
                "participant",
                "kind",
                "starts_on",
                name="sentence_entered_once",
                violation_error_message="There is such a sentence from this day already. Correct that one instead.",
            ),
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
        return self.filter(sentence__participant__in=ids_seen_by(user))

    def with_done(self) -> Self:
        """How much of what was ordered is done: the sum of recorded progress."""
        return self.annotate(done=Coalesce(Sum("progress__amount"), 0))


class Requirement(models.Model):
    """Something the court requires: compulsory in what, sometimes flexible in how. See `record/requirements.py`."""

    done: int  # set by with_done()

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
        PROHIBITED = "PROHIBITED", "Prohibited activity"
        CURFEW = "CURFEW", "Curfew"
        EXCLUSION = "EXCLUSION", "Exclusion"
        TRAVEL = "TRAVEL", "Foreign travel prohibition"
        ABSTINENCE = "ABSTINENCE", "Alcohol abstinence and monitoring"
        ATTENDANCE = "ATTENDANCE", "Attendance centre"
        TAG_COMPLIANCE = "TAG_COMPLIANCE", "Electronic compliance monitoring"
        TAG_WHEREABOUTS = "TAG_WHEREABOUTS", "Electronic whereabouts monitoring"

    class State(models.TextChoices):
        NOT_STARTED = "NOT_STARTED", "Not started"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        DONE = "DONE", "Done"
        NOT_DONE = "NOT_DONE", "Not done in time"

    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="requirements", db_index=False)
    kind = models.CharField(max_length=15, choices=Kind)
    detail = models.CharField(max_length=300, blank=True)
    flexible = models.BooleanField(default=False)
    how = models.CharField(max_length=500, blank=True)
    ordered = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=15, choices=State, default=State.NOT_STARTED)

    history = HistoricalRecords()
    objects = RequirementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "sentence",
                "kind",
                "detail",
                name="requirement_entered_once",
                violation_error_message="This requirement is on the sentence already.",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ProgressQuerySet(models.QuerySet["RequirementProgress"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class RequirementProgress(models.Model):
    """Hours or days done towards a requirement on one day. A mistake is put right by a line that takes away."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="requirement_progress")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="progress")
    done_on = models.DateField()
    amount = models.SmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="progress_is_some",
                condition=~Q(amount=0),
                violation_error_message="Enter an amount that is not nothing.",
            )
        ]
        triggers = only_added("progress_is_only_added", but=["participant", "requirement"])

    def __str__(self) -> str:
        return f"progress {self.pk}"

"""Alerts: someone may be drifting away. One open alert per person, with an owner, a due day and a next step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from simple_history.models import HistoricalRecords

from people.models import Level, Participant, User, ids_seen_by


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user, Level.FULL))

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def closed_since(self, moment: datetime) -> Self:
        return self.filter(closed_at__gte=moment)


class Alert(models.Model):
    """Why it was raised (`reasons`, in plain words), from which facts (`facts`), and how it ended."""

    class Kind(models.TextChoices):
        DRIFT = "DRIFT", "Longer silence than usual"
        MISSED_TWICE = "MISSED_TWICE", "Two meetings missed in a row"
        AFTER_RELEASE = "AFTER_RELEASE", "No contact since release"
        STEPS_OVERDUE = "STEPS_OVERDUE", "Steps overdue"

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        PASSED_ON = "PASSED_ON", "Passed to the manager"
        CLOSED = "CLOSED", "Closed"

    class Outcome(models.TextChoices):
        BACK_IN_TOUCH = "BACK_IN_TOUCH", "Back in touch"
        PLANNED_ABSENCE = "PLANNED_ABSENCE", "Away, and it was planned"
        IN_CUSTODY = "IN_CUSTODY", "In custody"
        REFERRED_ON = "REFERRED_ON", "Referred on"
        COULD_NOT_REACH = "COULD_NOT_REACH", "Could not reach them"
        MISTAKEN = "MISTAKEN", "The alert was mistaken"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="alerts", db_index=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="alerts")
    raised_at = models.DateTimeField()
    kinds = ArrayField(models.CharField(max_length=15, choices=Kind))
    facts = ArrayField(models.CharField(max_length=60))
    reasons = ArrayField(models.CharField(max_length=300))
    score = models.FloatField(null=True, blank=True)
    silent_since = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    next_step = models.CharField(max_length=300)
    # When someone last tried in vain. From then on the next step and its day are theirs, not the night's.
    tried_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    note = models.TextField(blank=True)

    history = HistoricalRecords()
    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="alert_note_is_not_too_long",
                condition=LessThanOrEqual(Length("note"), 4_000),
                violation_error_message="Write no more than 4,000 letters.",
            ),
            models.UniqueConstraint(
                "participant",
                name="one_open_alert_per_participant",
                condition=Q(closed_at=None),
                violation_error_message="There is an open alert for this person already.",
            ),
            models.CheckConstraint(
                name="a_closed_alert_says_who_when_and_how",
                condition=Q(closed_at=None, closed_by=None, outcome="", note="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="") & ~Q(note="")),
                violation_error_message="Say how the alert ended, with a note.",
            ),
            models.CheckConstraint(
                name="an_alert_gives_a_reason",
                condition=Q(kinds__len__gt=0, reasons__len__gt=0, facts__len__gt=0),
                violation_error_message="An alert says why it was raised.",
            ),
        ]
        indexes = [
            models.Index("due_on", name="alert_open_by_due", condition=Q(closed_at=None)),
            models.Index("participant", "closed_at", name="alert_by_person"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def state(self) -> State:
        if self.closed_at:
            return self.State.CLOSED
        return self.State.PASSED_ON if self.escalated_at else self.State.OPEN

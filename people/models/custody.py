"""Custody, act by act: into prison, moved, out for a while, released. Each has its day and its prison."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant, Whereabouts
from people.models.places import Prison
from people.models.sentences import Sentence


class CustodyEventQuerySet(models.QuerySet["CustodyEvent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def standing(self) -> Self:
        """Without those that were written in error."""
        return self.filter(struck_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-happened_on", "-pk")


class CustodyEvent(models.Model):
    """One act. `was`, `was_in` and `release_was` are what stood on the record before it, so that it can be struck.

    An act that brings someone into custody says `until` when: the day of release, empty while they are inside. On that
    day nobody is inside any more. The prison is empty where it is not known.
    """

    class Kind(models.TextChoices):
        SENTENCED = "SENTENCED", "Sentenced to custody"
        REMANDED = "REMANDED", "Remanded in custody"
        RECALLED = "RECALLED", "Recalled to prison"
        MOVED = "MOVED", "Moved to another prison"
        TEMPORARY = "TEMPORARY", "Out on temporary release"
        HOSPITAL = "HOSPITAL", "Moved to hospital"
        RETURNED = "RETURNED", "Back in prison"
        RELEASED = "RELEASED", "Released"
        FILE_IN = "FILE_IN", "In custody, as a caseload file said"
        FILE_OUT = "FILE_OUT", "In the community, as a caseload file said"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="custody_events", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    happened_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    prison = models.ForeignKey(Prison, models.PROTECT, null=True, blank=True, related_name="+")
    hospital = models.CharField(max_length=150, blank=True)
    due_back_on = models.DateField(null=True, blank=True)
    sentence = models.ForeignKey(Sentence, models.PROTECT, null=True, blank=True, related_name="+")
    was = models.CharField(max_length=10, choices=Whereabouts)
    was_in = models.ForeignKey(Prison, models.PROTECT, null=True, blank=True, related_name="+")
    release_was = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    struck_why = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()
    objects = CustodyEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                name="in_custody_once",
                condition=Q(until=None, struck_at=None, kind__in=["SENTENCED", "REMANDED", "RECALLED", "FILE_IN"]),
                violation_error_message="They are in custody already on our record.",
            ),
            models.CheckConstraint(
                name="custody_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("happened_on")),
                violation_error_message="A release cannot be before they went in.",
            ),
            models.CheckConstraint(
                name="only_temporary_release_is_due_back",
                condition=Q(due_back_on=None) | Q(kind="TEMPORARY", due_back_on__gte=F("happened_on")),
                violation_error_message="They are due back on the day they go out, or later.",
            ),
            models.CheckConstraint(
                name="a_hospital_is_named",
                condition=Q(kind="HOSPITAL") & ~Q(hospital="") | ~Q(kind="HOSPITAL") & Q(hospital=""),
                violation_error_message="Enter the hospital.",
            ),
            models.CheckConstraint(
                name="what_was_struck_says_by_whom_and_why",
                condition=Q(struck_at=None, struck_by=None, struck_why="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_why=""),
                violation_error_message="Say why it is struck.",
            ),
        ]
        indexes = [models.Index("participant", "happened_on", name="custody_of_person")]

    def __str__(self) -> str:
        return f"custody event {self.pk}"

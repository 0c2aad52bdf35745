"""Through the gate: who works with a person inside, and how the case passed to the community."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet, one_at_a_time
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant


class SupervisionQuerySet(DatedQuerySet["Supervision"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class Supervision(Dated):
    """The prison's worker for a person, beside the practitioner who leads: one at a time."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="supervisions")
    supervisor = models.ForeignKey(User, models.PROTECT, related_name="supervisions", db_index=False)

    history = HistoricalRecords()
    objects = SupervisionQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            one_at_a_time(
                "one_prison_supervisor_at_a_time",
                says="Someone else is the prison supervisor on those days. End that first.",
            ),
        ]
        indexes = [models.Index("supervisor", "ends_on", name="supervision_by_supervisor")]

    def __str__(self) -> str:
        return f"supervision {self.pk}"


class CustodyHandoverQuerySet(models.QuerySet["CustodyHandover"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class CustodyHandover(models.Model):
    """On release: the prison's worker passed the case to the community's, in these words, and stays until a day."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="handovers")
    supervision = models.OneToOneField(Supervision, models.PROTECT, related_name="handover")
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    released_on = models.DateField()
    prison_ends_on = models.DateField()
    note = models.TextField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = CustodyHandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prison_side_ends_after_release",
                condition=Q(prison_ends_on__gte=F("released_on")),
                violation_error_message="The prison side cannot end before the release.",
            ),
            models.CheckConstraint(
                name="custody_handover_says_something",
                condition=~Q(note=""),
                violation_error_message="Say what whoever takes over should know.",
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"

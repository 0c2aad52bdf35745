"""Caseloads handed over: from whom, to whom, from which day, and which people with them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from people.models.access_grants import ids_seen_by
from people.models.accounts import Membership, User
from people.models.participants import Participant


class TransferQuerySet(models.QuerySet["Transfer"]):
    def planned(self) -> Self:
        return self.filter(done_at=None, cancelled_at=None)

    def agreed(self) -> Self:
        """Planned ones that the lead or their manager has agreed to."""
        return self.planned().filter(agreed_at__isnull=False)

    def to_agree(self) -> Self:
        return self.planned().filter(agreed_at=None)

    def due(self, today: date) -> Self:
        return self.agreed().filter(starts_on__lte=today)

    def touching_teams(self, team_ids: list[int], today: date) -> Self:
        """Those from or to someone who works in one of these teams."""
        there = Membership.objects.current(today).of_practitioners().filter(team__in=team_ids).values("user")
        return self.filter(Q(from_user__in=there) | Q(to_user__in=there))


class Transfer(models.Model):
    """A caseload, or part of it, goes to someone else on a day. It names nobody; its people are rows of their own."""

    from_user = models.ForeignKey(User, models.PROTECT, related_name="transfers_from")
    to_user = models.ForeignKey(User, models.PROTECT, related_name="transfers_to")
    starts_on = models.DateField()
    note = models.CharField(max_length=500)
    people_count = models.PositiveIntegerField()
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    left_out = models.PositiveIntegerField(default=0)  # people whom someone else led by the day
    problem = models.CharField(max_length=300, blank=True)  # why it could not be done on its day
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()
    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_caseload_goes_to_someone_else",
                condition=~Q(from_user=F("to_user")),
                violation_error_message="Choose someone else to hand over to.",
            ),
            models.CheckConstraint(
                name="a_transfer_is_agreed_to_before_it_is_done",
                condition=Q(agreed_at=None, agreed_by=None, done_at=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                violation_error_message="Whoever leads these people, or their manager, has to agree first.",
            ),
            models.CheckConstraint(
                name="a_transfer_is_done_or_cancelled_not_both",
                condition=Q(done_at=None) | Q(cancelled_at=None),
                violation_error_message="This hand-over was done or cancelled already.",
            ),
            models.CheckConstraint(
                name="a_cancelled_transfer_says_by_whom",
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                violation_error_message="A cancelled hand-over says who cancelled it and when.",
            ),
        ]
        indexes = [
            models.Index("starts_on", name="transfer_planned", condition=Q(done_at=None, cancelled_at=None)),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"


class TransferPersonQuerySet(models.QuerySet["TransferPerson"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class TransferPerson(models.Model):
    """One person of a transfer. Rows are only ever added."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="people", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="transfers")

    objects = TransferPersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "transfer",
                "participant",
                name="a_person_once_in_a_transfer",
                violation_error_message="This person is in the hand-over already.",
            )
        ]

    def __str__(self) -> str:
        return f"hand-over of {self.participant_id}"

"""Asking that someone else leads a case: whoever may not hand it over asks, and who may answers."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant
from people.models.supervision import CustodyHandover


class HandoverRequestQuerySet(models.QuerySet["HandoverRequest"]):
    def visible_to(self, user: User) -> Self:
        """Those about people whom the user sees, and those that ask the user to take over until they say no."""
        asked = Q(to=user, release__isnull=False, state=HandoverRequest.State.WAITING)
        return self.filter(Q(participant__in=ids_seen_by(user)) | asked)

    def waiting(self) -> Self:
        return self.filter(state=HandoverRequest.State.WAITING)


class HandoverRequest(models.Model):
    """Someone asks that `to` leads this case. The lead or their manager answers; on release, `to` does."""

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting for an answer"
        AGREED = "AGREED", "Agreed"
        DECLINED = "DECLINED", "Declined"
        WITHDRAWN = "WITHDRAWN", "Taken back"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="handover_requests")
    to = models.ForeignKey(User, models.PROTECT, related_name="+")
    release = models.OneToOneField(CustodyHandover, models.PROTECT, null=True, blank=True, related_name="request")
    note = models.CharField(max_length=2000, error_messages={"blank": "Say why."})
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="handover_requests")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)  # why it was declined
    noted_at = models.DateTimeField(null=True, blank=True)  # when who asked had read that it was declined

    history = HistoricalRecords()
    objects = HandoverRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                name="one_handover_request_waits",
                condition=Q(state="WAITING"),
                violation_error_message="Someone has asked for a hand-over of this case already. Wait for the answer.",
            ),
            models.CheckConstraint(
                name="an_answered_handover_says_by_whom",
                condition=Q(state="WAITING", answered_by=None, answered_at=None)
                | (~Q(state="WAITING") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                violation_error_message="An answer says who gave it and when.",
            ),
            models.CheckConstraint(
                name="a_declined_handover_says_why",
                condition=(Q(state="DECLINED") & ~Q(answer="")) | (~Q(state="DECLINED") & Q(answer="")),
                violation_error_message="Say why not.",
            ),
            models.CheckConstraint(
                name="nobody_asks_and_answers_alone",
                condition=~Q(state__in=["AGREED", "DECLINED"])
                | ~Q(answered_by=F("asked_by"))
                | Q(release__isnull=False, to=F("asked_by")),
                violation_error_message="Someone other than who asked has to answer.",
            ),
            models.CheckConstraint(
                name="only_a_declined_handover_is_noted",
                condition=Q(noted_at=None) | Q(state="DECLINED"),
                violation_error_message="Only a hand-over that was declined is noted.",
            ),
        ]
        indexes = [
            models.Index("to", name="handover_waits_for", condition=Q(state="WAITING")),
            models.Index("asked_by", name="handover_declined", condition=Q(state="DECLINED", noted_at=None)),
        ]

    def __str__(self) -> str:
        return f"hand-over request {self.pk}"

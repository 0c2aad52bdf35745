"""Referrals: a person is sent to a service, the provider answers, and the help is given."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from lifeplans.models import Goal
from lifeplans.needs import Need
from people.models import Erasure, Level, Participant, Restriction, User, ids_seen_by
from providers.models.services import Service


class State(models.TextChoices):
    SENT = "SENT", "Waiting"
    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    DELIVERED = "DELIVERED", "Delivered"
    CANCELLED = "CANCELLED", "Cancelled"


class Shared(models.TextChoices):
    """What a practitioner may tick to tell the provider. The first name always goes."""

    AGE = "AGE", "Age"
    AREA = "AREA", "Area (first half of the postcode)"
    PHONE = "PHONE", "Phone number"
    EMAIL = "EMAIL", "E-mail address"


class DeclineReason(models.TextChoices):
    FULL = "FULL", "No space just now"
    NOT_SUITED = "NOT_SUITED", "Not the right help for this person"
    TOO_FAR = "TOO_FAR", "Too far away"
    TOO_SOON = "TOO_SOON", "Cannot start in time"
    OTHER = "OTHER", "Another reason"


class CancelReason(models.TextChoices):
    INELIGIBLE = "INELIGIBLE", "Not eligible"
    MISTAKE = "MISTAKE", "A mistake or a duplicate"
    NOT_ENGAGED = "NOT_ENGAGED", "The person is not taking part"
    MET_ANOTHER_WAY = "MET_ANOTHER_WAY", "The need was met another way"
    MOVED = "MOVED", "Moved out of the area"
    COMMITMENTS = "COMMITMENTS", "Work, caring or sickness"
    DIED = "DIED", "The person has died"
    ACQUITTED = "ACQUITTED", "Acquitted on appeal"
    IN_CUSTODY = "IN_CUSTODY", "Returned to custody"
    REVOKED = "REVOKED", "Sentence revoked"
    EXPIRED = "EXPIRED", "Sentence ended"
    COMPLETED = "COMPLETED", "The help is complete already"
    SUSPENDED = "SUSPENDED", "The provider was suspended"
    OTHER = "OTHER", "Something else changed"


OPEN = [State.SENT, State.ACCEPTED]
NOT_GIVEN = [State.DECLINED, State.CANCELLED]
TAGS = {"SENT": "blue", "ACCEPTED": "purple", "DECLINED": "red", "DELIVERED": "green", "CANCELLED": "grey"}


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def answerable_by(self, user: User) -> Self:
        """Referrals to the user's provider, while the provider may see the person."""
        told = Participant.objects.visible_to(user, Level.NAME)
        return self.readable().filter(service__provider__team__in=user.team_ids, participant__in=told)

    def readable(self) -> Self:
        """Those that their provider may read now, by an account or by a link: it is in use, and the person is with us
        under this record, which is not kept to a list of people."""
        here = Q(participant__left_on=None) | Q(participant__left_on__gt=timezone.localdate())
        kept_close = Restriction.objects.current().values("participant")
        gone = Erasure.objects.values("participant")
        rows = self.filter(here, service__provider__status="ACTIVE", participant__merged_into=None)
        return rows.exclude(participant__in=kept_close).exclude(participant__in=gone)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def with_details(self) -> Self:
        return self.select_related(
            "participant",
            "service__provider",
            "goal",
            "sent_by",
            "accepted_by",
            "declined_by",
            "delivered_by",
            "cancelled_by",
        )


def _tied(state: str, *fields: str) -> models.CheckConstraint:
    """The state and its date come together."""
    empty = Q(**{f"{field}__isnull": True for field in fields})
    return models.CheckConstraint(
        name=f"{state.lower()}_referral_says_when",
        condition=(Q(state=state) & ~empty) | (~Q(state=state) & empty),
        violation_error_message=f"A referral that is {state.lower()} says when.",
    )


class Referral(models.Model):
    """One person, one service. An answer given through the provider's link has a name in `…_name` and no user."""

    State = State

    reference = models.CharField(max_length=8, unique=True)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="referrals", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="referrals")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="referrals")
    need = models.CharField(max_length=15, choices=Need)
    reason = models.TextField(max_length=2000)  # for our own record
    told = models.TextField(max_length=2000, blank=True)  # what the provider reads
    shares = ArrayField(models.CharField(max_length=10, choices=Shared), default=list, blank=True)
    price = models.PositiveBigIntegerField(null=True, blank=True)  # pence, for all of it
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_to = models.EmailField(blank=True)
    link_version = models.PositiveSmallIntegerField(default=1)

    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    sent_on = models.DateField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_on = models.DateField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_name = models.CharField(max_length=100, blank=True)
    declined_on = models.DateField(null=True, blank=True)
    declined_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    decline_note = models.CharField(max_length=500, blank=True)
    seen_on = models.DateField(null=True, blank=True)  # the practitioner has seen that it was declined
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    delivered_on = models.DateField(null=True, blank=True)
    delivered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    delivery_note = models.CharField(max_length=1000, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=20, choices=CancelReason, blank=True)
    cancel_note = models.CharField(max_length=500, blank=True)

    history = HistoricalRecords()
    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                "service",
                name="one_open_referral_to_a_service",
                condition=Q(state__in=OPEN),
                violation_error_message="This person is referred to this service already. Cancel that referral first.",
            ),
            models.CheckConstraint(
                name="answered_referral_was_accepted",
                condition=Q(state__in=["ACCEPTED", "DELIVERED"], accepted_on__isnull=False)
                | Q(state__in=["SENT", "DECLINED"], accepted_on=None)
                | Q(state="CANCELLED"),
                violation_error_message="A referral is accepted before help is given.",
            ),
            _tied("DECLINED", "declined_on"),
            _tied("DELIVERED", "delivered_on"),
            _tied("CANCELLED", "cancelled_on"),
            models.CheckConstraint(
                name="declined_referral_says_why",
                condition=Q(state="DECLINED") ^ Q(decline_reason=""),
                violation_error_message="Say why it is declined.",
            ),
            models.CheckConstraint(
                name="cancelled_referral_says_why_and_by_whom",
                condition=(Q(state="CANCELLED", cancelled_by__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(state="CANCELLED") & Q(cancelled_by=None, cancel_reason="")),
                violation_error_message="Say why it is cancelled.",
            ),
            models.CheckConstraint(
                name="only_a_declined_referral_is_seen",
                condition=Q(seen_on=None, seen_by=None)
                | Q(state__in=["DECLINED", "CANCELLED"], seen_on__isnull=False, seen_by__isnull=False),
                violation_error_message="Only a referral that was declined or taken back is marked as seen.",
            ),
            models.CheckConstraint(
                name="referral_answered_after_it_was_sent",
                condition=(Q(accepted_on=None) | Q(accepted_on__gte=F("sent_on")))
                & (Q(declined_on=None) | Q(declined_on__gte=F("sent_on")))
                & (Q(delivered_on=None) | Q(delivered_on__gte=F("sent_on")))
                & (Q(cancelled_on=None) | Q(cancelled_on__gte=F("sent_on"))),
                violation_error_message="That day is before the referral was sent.",
            ),
            models.CheckConstraint(
                name="referral_has_some_sessions_or_says_none",
                condition=Q(sessions=None) | Q(sessions__gt=0),
                violation_error_message="Say how many sessions, or leave it empty.",
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "-sent_on"], name="referral_by_person"),
            models.Index("state", "sent_on", name="referral_by_state"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def colour(self) -> str:
        return TAGS[self.state]

    def days_waiting(self, today: date) -> int:
        return (today - self.sent_on).days

    @property
    def shared_words(self) -> list[str]:
        return ["First name", *(Shared(shared).label for shared in self.shares)]

    @property
    def story(self) -> list[dict[str, Any]]:
        """What has happened to it, newest first."""
        answered = self.accepted_name or self.service.provider.name
        steps = [
            (self.sent_on, "Sent", self.sent_by.name, self.reason, ""),
            (self.accepted_on, "Accepted", self.accepted_by or answered, "", "info"),
            (self.declined_on, "Declined", self.declined_by or answered, self.decline_words, "error"),
            (self.delivered_on, "Delivered", self.delivered_by or answered, self.delivery_note, "success"),
            (self.cancelled_on, "Cancelled", self.cancelled_by, self.cancel_words, "warning"),
        ]
        told = [
            {"at": at, "title": title, "by": str(by), "text": text, "tone": tone}
            for at, title, by, text, tone in steps
            if at
        ]
        return told[::-1]

    @property
    def decline_words(self) -> str:
        return ". ".join(part for part in (self.get_decline_reason_display(), self.decline_note) if part)

    @property
    def cancel_words(self) -> str:
        return ". ".join(part for part in (self.get_cancel_reason_display(), self.cancel_note) if part)

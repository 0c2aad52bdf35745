"""The people around a person, and what the person agreed each may see."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant
from people.models.sign_in_changes import SignInChange


class Group(models.TextChoices):
    """Groups of fields a person can choose to share, in words they read themselves."""

    CONTACT = "CONTACT", "My phone number and e-mail"
    MEETINGS = "MEETINGS", "When my meetings are"
    GOALS = "GOALS", "My goals and steps"
    STRENGTHS = "STRENGTHS", "What I am good at"
    SENTENCE = "SENTENCE", "What the court asked me to do"


class Relationship(models.TextChoices):
    VOLUNTEER = "VOLUNTEER", "Volunteer"
    MENTOR = "MENTOR", "Mentor"
    FAMILY = "FAMILY", "Family"
    CARER = "CARER", "Shared Lives carer"
    WORKER = "WORKER", "Worker at a service"


class CircleQuerySet(DatedQuerySet["CircleMember"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Q(participant__in=ids_seen_by(user)) | Q(user=user))


class CircleContactQuerySet(DatedQuerySet["CircleContact"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class CircleContact(Dated):
    """Someone around a person who has no account here and sees nothing: whom to ring, and how they belong together."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="circle_contacts")
    name = models.CharField(max_length=150)
    related = models.CharField(max_length=100)
    phone = PhoneNumberField(blank=True)
    note = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()
    objects = CircleContactQuerySet.as_manager()

    class Meta:
        constraints = [LAST_DAY]

    def __str__(self) -> str:
        return f"circle contact {self.pk}"


class CircleMember(Dated):
    """Someone in a person's circle who can sign in, and the groups the person agreed they may see."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="circle")
    user = models.ForeignKey(User, models.PROTECT, related_name="circles")
    relationship = models.CharField(max_length=10, choices=Relationship)
    may_see = ArrayField(models.CharField(max_length=10, choices=Group), default=list, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    # What the person ticked by a way in that waits to be confirmed. Until then `may_see` counts.
    asked_to_see = ArrayField(models.CharField(max_length=10, choices=Group), default=list, blank=True)
    waits_for = models.ForeignKey(SignInChange, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()
    objects = CircleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                "user",
                name="in_a_circle_once",
                condition=Q(ends_on=None),
                violation_error_message="They are already in this person's circle.",
            ),
            models.CheckConstraint(
                name="sharing_needs_agreement",
                condition=Q(may_see=[]) | Q(agreed_on__isnull=False),
                violation_error_message="The person has to agree before anything is shared.",
            ),
            models.CheckConstraint(
                name="what_waits_in_a_circle_says_for_what",
                condition=Q(asked_to_see=[]) | Q(waits_for__isnull=False),
                violation_error_message="What waits to be shared says what it waits for.",
            ),
            LAST_DAY,
        ]

    def __str__(self) -> str:
        return f"circle {self.pk}"

    @property
    def ticked(self) -> list[str]:
        """What the person ticked last."""
        return self.asked_to_see if self.waits_for_id else self.may_see

    def may(self, group: Group) -> bool:
        return group in self.may_see

    @property
    def sees(self) -> list[str]:
        return [Group(group).label for group in self.may_see]

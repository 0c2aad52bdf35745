"""Licence conditions: policies as they were in force, and what each person was given under which of them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant
from people.models.sentences import Sentence


class LicencePolicyQuerySet(models.QuerySet["LicencePolicy"]):
    def in_force(self, day: date) -> Self:
        return self.filter(in_force_from__lte=day).order_by("-in_force_from", "-pk")


class LicencePolicy(models.Model):
    """A version of the conditions that a licence may carry."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)
    in_force_from = models.DateField()

    objects = LicencePolicyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class LicenceCondition(models.Model):
    """A condition of a policy. `text` is what staff read, `plain` what the person reads, `asks` what to fill in."""

    class Kind(models.TextChoices):
        STANDARD = "STANDARD", "Standard"
        ADDITIONAL = "ADDITIONAL", "Additional"

    policy = models.ForeignKey(LicencePolicy, models.PROTECT, related_name="conditions", db_index=False)
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    category = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    plain = models.CharField(max_length=300)
    asks = models.CharField(max_length=150, blank=True)
    touches_money = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "policy",
                "code",
                name="one_condition_of_a_code_in_a_policy",
                violation_error_message="This policy has a condition of this code already.",
            )
        ]

    def __str__(self) -> str:
        return self.code


class IssuedConditionQuerySet(DatedQuerySet["IssuedCondition"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def in_order(self) -> Self:
        return self.select_related("condition__policy").order_by("-condition__kind", "condition__position", "pk")


class IssuedCondition(Dated):
    """A condition that a person was given, from a day. It keeps the version of the policy that it was issued under."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="licence_conditions")
    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="licence_conditions")
    condition = models.ForeignKey(LicenceCondition, models.PROTECT, related_name="issued")
    details = models.CharField(max_length=500, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    why_added = models.CharField(max_length=500, blank=True)
    why_ended = models.CharField(max_length=500, blank=True)

    history = HistoricalRecords()
    objects = IssuedConditionQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            models.CheckConstraint(
                name="an_ended_condition_says_why",
                condition=Q(ends_on=None, why_ended="") | (Q(ends_on__isnull=False) & ~Q(why_ended="")),
                violation_error_message="Say why the condition ends.",
            ),
            models.UniqueConstraint(
                "sentence",
                "condition",
                "details",
                name="condition_issued_once",
                condition=Q(ends_on=None),
                violation_error_message="This condition is on the licence already.",
            ),
        ]

    def __str__(self) -> str:
        return f"issued condition {self.pk}"

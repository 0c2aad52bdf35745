"""Professionals of other agencies who work with a person: police, housing officer, GP. For staff alone."""

from __future__ import annotations

from typing import Self

from django.db import models
from phonenumber_field.modelfields import PhoneNumberField
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant


class ProfessionalContactQuerySet(DatedQuerySet["ProfessionalContact"]):
    def visible_to(self, user: User) -> Self:
        """Staff who see everything of the person: never the person, nor anyone in their circle."""
        return self.filter(participant__in=ids_seen_by(user)).exclude(participant__user=user)


class ProfessionalContact(Dated):
    """Whom to ring at another agency about this person. They have no account here, and see nothing."""

    class Kind(models.TextChoices):
        POLICE = "POLICE", "Police"
        HOUSING = "HOUSING", "Housing"
        GP = "GP", "GP"
        MENTAL_HEALTH = "MENTAL_HEALTH", "Mental health"
        DRUGS = "DRUGS", "Drugs and alcohol"
        SOCIAL_WORK = "SOCIAL_WORK", "Social work"
        PRISON = "PRISON", "Prison"
        COURT = "COURT", "Court or solicitor"
        OTHER = "OTHER", "Another agency"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="professionals")
    kind = models.CharField(max_length=15, choices=Kind)
    name = models.CharField(max_length=150)
    job = models.CharField(max_length=100, blank=True)  # "Neighbourhood sergeant"
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(blank=True)
    note = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()
    objects = ProfessionalContactQuerySet.as_manager()

    class Meta:
        constraints = [LAST_DAY]

    def __str__(self) -> str:
        return f"professional contact {self.pk}"

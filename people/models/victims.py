"""The victim liaison officer of a case, kept apart: for the staff of the case alone, in no list, export or portal."""

from __future__ import annotations

from typing import Self

from django.db import models
from simple_history.models import HistoricalRecords

from common.encryption import EncryptedTextField
from people.models.access_grants import ids_seen_by
from people.models.accounts import Role, User
from people.models.participants import Participant


class VictimLiaisonQuerySet(models.QuerySet["VictimLiaison"]):
    def visible_to(self, user: User) -> Self:
        """Practitioners and managers who see everything of the person, and never the person."""
        if not {Role.PRACTITIONER, Role.MANAGER} & user.roles:
            return self.none()
        return self.filter(participant__in=ids_seen_by(user)).exclude(participant__user=user)


class VictimLiaison(models.Model):
    """Whom to speak to about the victim, and where the person must not go. Sealed in the table and in its history."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="victim_liaison")
    officer = EncryptedTextField()
    contact = EncryptedTextField(blank=True)
    notes = EncryptedTextField(blank=True)
    written_on = models.DateField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    history = HistoricalRecords()
    objects = VictimLiaisonQuerySet.as_manager()

    def __str__(self) -> str:
        return f"victim liaison {self.pk}"

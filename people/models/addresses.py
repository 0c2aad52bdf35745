"""Where a person lives and has lived, and how to reach them without putting anyone in danger."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet
from common.encryption import EncryptedTextField
from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant


class AddressQuerySet(DatedQuerySet["Address"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class Address(Dated):
    """An address for a time. The main one now also stands on the person's record."""

    class Kind(models.TextChoices):
        MAIN = "MAIN", "Main"
        TEMPORARY = "TEMPORARY", "Temporary"
        PRISON = "PRISON", "Prison"
        CURFEW = "CURFEW", "Curfew"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind)
    lines = models.CharField(max_length=300)
    postcode = models.CharField(max_length=8, blank=True)

    history = HistoricalRecords()
    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            models.UniqueConstraint(
                "participant",
                "kind",
                name="one_open_address_of_a_kind",
                condition=Q(ends_on=None),
                violation_error_message="There is an open address of this kind. End that first.",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.lines, self.postcode) if part)


class SafeContactQuerySet(models.QuerySet["SafeContact"]):
    def visible_to(self, user: User) -> Self:
        """Staff alone: the person's own pages are read on phones that others pick up."""
        return self.filter(participant__in=ids_seen_by(user)).exclude(participant__user=user)


class SafeContact(models.Model):
    """What to mind before ringing, writing or calling round. Sealed; gone from the table when there is nothing."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="safe_contact")
    note = EncryptedTextField()
    said_on = models.DateField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    history = HistoricalRecords()
    objects = SafeContactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"safe contact {self.pk}"

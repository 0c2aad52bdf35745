"""Names that a person has or had beside the one on the record. All are searched (people/sql/search_names.sql)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant


class OtherNameQuerySet(models.QuerySet["OtherName"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))


class OtherName(models.Model):
    """A former name, or one that the person goes by. Someone who has one name has it as the family name."""

    class Kind(models.TextChoices):
        FORMER = "FORMER", "Former name"
        ALIAS = "ALIAS", "Also known as"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="other_names", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)

    history = HistoricalRecords()
    objects = OtherNameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                "given_name",
                "family_name",
                name="other_name_entered_once",
                violation_error_message="This name is on the record already.",
            ),
            models.CheckConstraint(
                name="another_name_is_a_name",
                condition=~Q(family_name=""),
                violation_error_message="Enter a family name. A single name goes there.",
            ),
        ]

    def __str__(self) -> str:
        return f"other name {self.pk}"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

"""The register of interests: whom and what those who handle money know outside work."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from people.models import Participant, User, ids_seen_by


class InterestQuerySet(models.QuerySet["Interest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Q(user=user) | Q(participant__in=ids_seen_by(user)))

    def current(self) -> Self:
        return self.filter(ended_at=None)


class Interest(models.Model):
    """Someone who works here knows a person, or has to do with a payee, outside work. They say so themselves.

    Until they say that it has ended, they neither decide about that person's money nor pay it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="interests", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="interests")
    payee = models.CharField(max_length=150, blank=True)
    how = models.CharField(max_length=500)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_interest_is_in_one_thing",
                condition=(Q(participant__isnull=False, payee="") | (Q(participant=None) & ~Q(payee=""))),
                violation_error_message="Say whom or what it is about.",
            ),
            models.UniqueConstraint(
                "user", "participant", name="said_of_a_person_once", condition=Q(ended_at=None),
                violation_error_message="You have said this already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"interest {self.pk}"

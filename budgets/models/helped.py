"""Whether what was bought helped, as the person says it."""

from __future__ import annotations

from typing import Self

from django.db import models

from budgets.models.requests import SpendRequest
from people.models import User, ids_seen_by


class HelpedQuerySet(models.QuerySet["Helped"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(spend__budget__enrolment__participant__in=ids_seen_by(user))


class Helped(models.Model):
    """Said once of each thing that was paid for: by the person, or taken down by a colleague as they said it."""

    class Answer(models.TextChoices):
        A_LOT = "A_LOT", "It helped a lot"
        A_BIT = "A_BIT", "It helped a bit"
        NOT = "NOT", "It did not help"
        WORSE = "WORSE", "It made things worse"

    spend = models.OneToOneField(
        SpendRequest, models.PROTECT, related_name="helped", error_messages={"unique": "This was answered already."}
    )
    answer = models.CharField(max_length=5, choices=Answer)
    words = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = HelpedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"helped {self.pk}"

    @property
    def face(self) -> str:
        return FACES[self.answer]


FACES = {"A_LOT": "😀", "A_BIT": "🙂", "NOT": "😐", "WORSE": "🙁"}

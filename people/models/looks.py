"""Every look at a person's record, and every refusal. Rows are only ever added."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from people.models.accounts import User


class LookQuerySet(models.QuerySet["Look"]):
    def at(self, *participant_ids: int) -> Self:
        return self.filter(participants__overlap=list(participant_ids))


class Look(models.Model):
    """Who saw whom, acting as what, when (UTC), on which page. `participants` holds participants' ids."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", "Opened the record"
        LIST = "LIST", "Saw in a list"
        EXPORT = "EXPORT", "Took a copy"
        CHANGE = "CHANGE", "Changed the record"
        REFUSED = "REFUSED", "Was refused"

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="looks")
    roles = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    page = models.CharField(max_length=100)
    participants = ArrayField(models.BigIntegerField())
    request_id = models.CharField(max_length=20)

    objects = LookQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex("participants", name="look_by_participant")]
        triggers = [pgtrigger.Protect(name="looks_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"look {self.pk}"

"""A seal on each day of looks, chained to the day before. Rows are only ever added."""

from __future__ import annotations

import pgtrigger
from django.db import models


class AuditCheckpoint(models.Model):
    """`hash` stands for every look of that day (ours, not UTC's) and for the seal of the day before.

    `mac` is that day, count and hash under a key the database does not hold; `key` tells which of FIELD_KEYS it was.
    """

    day = models.DateField(unique=True)
    events = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=16, default="")
    mac = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="checkpoints_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"seal of {self.day}"

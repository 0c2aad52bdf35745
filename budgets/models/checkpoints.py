"""A signed hash of each day's entries, chained to the day before. Rows are only ever added."""

from __future__ import annotations

import pgtrigger
from django.db import models


class LedgerCheckpoint(models.Model):
    """`hash` covers the entries posted on one local day and the hash of the day before.

    `mac` signs day, count and hash with a key that is not in the database. `key` names which of FIELD_KEYS it was.
    """

    day = models.DateField(unique=True)
    entries = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=16, default="")
    mac = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="checkpoints_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"checkpoint of {self.day}"

"""What was asked of the money floor, each once."""

from __future__ import annotations

from django.db import models

from people.models import User


class Command(models.Model):
    """One act on money and its first answer, kept for ever. It is only added to.

    `asked` is a hash of the act and of all that was asked with it; the answer is a row of this floor.
    """

    key = models.CharField(max_length=100)
    act = models.CharField(max_length=40)
    asked = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_kind = models.CharField(max_length=40)
    answer_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "key",
                name="answered_once_for_a_key",
                violation_error_message="This was already used for something else.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"

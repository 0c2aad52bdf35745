"""What someone has written into a form and not sent: for its author alone, until it is sent or two weeks old."""

from __future__ import annotations

from typing import Self

from django.db import models

from common.encryption import EncryptedTextField
from people.models.accounts import User
from people.models.participants import Participant


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and nobody else's."""
        return self.filter(author=user)


class Draft(models.Model):
    """What one form holds in one tab. Two of them stand side by side: none replaces another."""

    author = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    page = models.CharField(max_length=300)  # its path
    tab = models.CharField(max_length=40)  # named by the page's script, one for each time the page is opened
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="+")
    words = EncryptedTextField()  # JSON: by the field's name, what is in it
    saved_at = models.DateTimeField(db_index=True)
    is_sent = models.BooleanField(default=False)  # then it is empty, and a late request does not fill it again

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "author", "page", "tab", name="one_draft_a_tab", violation_error_message="This is saved already."
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"

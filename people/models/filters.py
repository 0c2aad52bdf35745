"""Ways of narrowing the caseload that someone keeps under a name of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from people.models.accounts import User


class SavedFilter(models.Model):
    """`query` is what stands after the ? in the address of the list. Nobody's name is kept in it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                Lower("name"),
                name="a_filter_has_a_name_of_its_own",
                violation_error_message="You have a saved list of this name already.",
            ),
            models.CheckConstraint(
                name="a_filter_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Give the list a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""Unmet need: someone looked and nothing suited. There is no person in it."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from lifeplans.needs import Need
from people.models import Outcode, Region, User


class UnmetNeedQuerySet(models.QuerySet["UnmetNeed"]):
    def since(self, day: date) -> Self:
        return self.filter(searched_on__gte=day)


class UnmetNeed(models.Model):
    """A search that found nothing suitable, told to the commissioner."""

    need = models.CharField(max_length=15, choices=Need, blank=True)
    words = models.CharField(max_length=200, blank=True)
    outcode = models.ForeignKey(Outcode, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="unmet_needs")
    found = models.PositiveIntegerField(default=0)  # how many the search showed, none of them right
    note = models.CharField(max_length=500, blank=True)
    searched_on = models.DateField(db_index=True)
    searched_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = UnmetNeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unmet_need_says_what_was_sought",
                condition=~Q(need="") | ~Q(words="") | ~Q(note=""),
                violation_error_message="Say what you were looking for.",
            )
        ]

    def __str__(self) -> str:
        return f"unmet need {self.pk}"

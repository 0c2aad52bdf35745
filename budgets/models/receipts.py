"""What was bought with money that is handed over, or is paid back, as whoever bought it shows."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from budgets.models.requests import Commitment
from people.models import Document, User, ids_seen_by


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(commitment__spend__budget__enrolment__participant__in=ids_seen_by(user))

    def counted(self) -> Self:
        return self.filter(struck_at=None)


class Receipt(models.Model):
    """Something that was bought: `amount` is pence of what was set aside for it. A mistake is struck, and stays.

    What was bought before the money was handed over is to be paid back.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="receipts")
    amount = models.PositiveBigIntegerField()
    what = models.CharField(max_length=150)
    shop = models.CharField(max_length=150)
    bought_on = models.DateField()
    picture = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_receipt_is_for_something",
                condition=Q(amount__gt=0),
                violation_error_message="Enter an amount that is more than zero.",
            ),
            models.CheckConstraint(
                name="a_struck_receipt_says_who_and_when",
                condition=Q(struck_by=None, struck_at=None) | Q(struck_by__isnull=False, struck_at__isnull=False),
                violation_error_message="A receipt that is struck says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk}"

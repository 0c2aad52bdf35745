"""What a payee asks to be paid: a bill, or a credit note that takes some of it back."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from budgets.models.requests import AsCompared, Commitment, Payment
from people.models import Document, User, ids_seen_by


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(commitment__spend__budget__enrolment__participant__in=ids_seen_by(user))

    def stand(self) -> Self:
        """Those that nobody said are not right."""
        return self.filter(refused_at=None)

    def with_state(self) -> Self:
        """`credited`, and `paid` (pence, by payments of the same thing that name the same number), and when last."""
        credits = Invoice.objects.stand().filter(credits=OuterRef("pk")).order_by().values("credits")
        named = Payment.objects.filter(commitment=OuterRef("commitment"), reversed_at=None).order_by()
        paid = named.alias(said=AsCompared("invoice")).filter(said=AsCompared(OuterRef("number"))).values("commitment")
        return self.annotate(
            credited=Coalesce(Subquery(credits.annotate(pence=Sum("amount")).values("pence")), 0),
            paid=Coalesce(Subquery(paid.annotate(pence=Sum("amount")).values("pence")), 0),
            paid_on=Subquery(paid.annotate(last=Max("paid_on")).values("last")),
        )

    def to_be_paid(self) -> Self:
        """Bills that are to be paid. One is paid once: what a payment left over is billed anew, or credited."""
        return self.stand().filter(credits=None).with_state().filter(Q(paid=0), Q(amount__gt=F("credited")))


class Invoice(models.Model):
    """A bill or credit note for what money was set aside for. It is not changed: what is not right is refused.

    `amount` is pence. `credits` is the bill that a credit note takes some of back. Whoever sent it with no account is
    named by the service.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=60)
    amount = models.PositiveBigIntegerField()
    credits = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="credit_notes")
    picture = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    by_provider = models.BooleanField(default=False)  # on their own pages, or by their link
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    refused_why = models.CharField(max_length=500, blank=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)

    credited: int  # these three are set by with_state
    paid: int
    paid_on: date | None
    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_invoice_is_for_something",
                condition=Q(amount__gt=0) & ~Q(number=""),
                violation_error_message="Enter the number and an amount that is more than zero.",
            ),
            models.CheckConstraint(
                name="a_refused_invoice_says_by_whom_and_why",
                condition=Q(refused_why="", refused_by=None, refused_at=None)
                | (~Q(refused_why="") & Q(refused_by__isnull=False, refused_at__isnull=False)),
                violation_error_message="Say what is not right with it.",
            ),
            models.UniqueConstraint(
                F("commitment"),
                AsCompared("number"),
                name="an_invoice_is_sent_once",
                condition=Q(refused_at=None),
                violation_error_message="An invoice with this number is here already.",
            ),
        ]
        indexes = [models.Index("commitment", name="invoices_of", condition=Q(refused_at=None))]

    def __str__(self) -> str:
        return f"invoice {self.pk}"

    @property
    def to_pay(self) -> int:
        """Pence that are left of it, as `with_state` says."""
        return max(0, self.amount - self.credited - self.paid)

    @property
    def paid_too_much(self) -> int:
        """Pence that were paid and are credited, as `with_state` says."""
        return max(0, self.paid + self.credited - self.amount) if self.paid else 0

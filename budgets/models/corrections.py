"""What two people enter in the books. One asks, another agrees; then the ledger posts it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import Exact
from simple_history.models import HistoricalRecords

from budgets.models.funds import Budget, Pot
from budgets.models.ledger import Transaction
from budgets.models.requests import AsCompared, SpendRequest
from people.models import User, ids_seen_by


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))

    def waiting(self) -> Self:
        return self.filter(state=Correction.State.ASKED)

    def stands(self) -> Self:
        """Waiting, or done and not reversed since."""
        done = Q(state=Correction.State.DONE, posted__reversed_by=None)
        return self.filter(Q(state=Correction.State.ASKED) | done)


class Correction(models.Model):
    """One correction (pence) and its answer. `posted` is the transaction that did it.

    Its subject goes by its kind: `wrong` is a transaction to reverse, `spend` a request that was paid, `budget` one
    with money to give back, `pot` one that its funder puts money in, or takes it out of. `reference` is the funder's.
    """

    class Kind(models.TextChoices):
        WRONG = "WRONG", "Recorded wrongly"
        REFUND = "REFUND", "Money came back"
        WRITE_OFF = "WRITE_OFF", "Paid, and lost"
        RETURN = "RETURN", "Given back to the fund"
        MORE = "MORE", "More of the fund's money"
        WITHDRAW = "WITHDRAW", "Given back to the funder"
        CONTRIBUTE = "CONTRIBUTE", "Put in by a funder"

    class State(models.TextChoices):
        ASKED = "ASKED", "Waiting for a second person"
        DONE = "DONE", "Done"
        REFUSED = "REFUSED", "Refused"
        WITHDRAWN = "WITHDRAWN", "Taken back"

    kind = models.CharField(max_length=10, choices=Kind)
    wrong = models.ForeignKey(Transaction, models.PROTECT, null=True, blank=True, related_name="corrections")
    spend = models.ForeignKey(SpendRequest, models.PROTECT, null=True, blank=True, related_name="corrections")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="corrections")
    pot = models.ForeignKey(Pot, models.PROTECT, null=True, blank=True, related_name="corrections")
    amount = models.PositiveBigIntegerField()
    happened_on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    posted = models.OneToOneField(Transaction, models.PROTECT, null=True, blank=True, related_name="correction")

    history = HistoricalRecords()
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_correction_has_its_subject",
                condition=Q(kind="WRONG", wrong__isnull=False)
                | Q(kind__in=["REFUND", "WRITE_OFF"], wrong=None, spend__isnull=False, budget__isnull=False)
                | Q(kind__in=["RETURN", "MORE"], wrong=None, spend=None, budget__isnull=False)
                | Q(kind__in=["WITHDRAW", "CONTRIBUTE"], wrong=None, spend=None, budget=None, pot__isnull=False),
                violation_error_message="Say what is put right.",
            ),
            models.CheckConstraint(
                name="money_put_in_has_its_reference",
                condition=(Q(kind="CONTRIBUTE") & ~Q(reference="")) | (~Q(kind="CONTRIBUTE") & Q(reference="")),
                violation_error_message="Enter the reference that the bank or the funder’s letter gives.",
            ),
            models.CheckConstraint(
                name="a_correction_says_why",
                condition=Q(kind="CONTRIBUTE") | ~Q(reason=""),
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                name="a_correction_is_something",
                condition=Q(amount__gt=0),
                violation_error_message="Enter an amount that is more than zero.",
            ),
            models.CheckConstraint(
                name="a_second_person_corrects",
                condition=Q(state="ASKED", answered_by=None, answered_at=None, posted=None)
                | Q(state="WITHDRAWN", answered_by=F("asked_by"), answered_at__isnull=False, posted=None)
                | (Q(state="REFUSED", answered_at__isnull=False, posted=None) & ~Q(answered_by=F("asked_by")))
                | (
                    Q(state="DONE", answered_at__isnull=False, answered_by__isnull=False, posted__isnull=False)
                    & ~Q(answered_by=F("asked_by"))
                ),
                violation_error_message="Someone other than who asked has to agree.",
            ),
            models.CheckConstraint(
                name="a_refused_correction_says_why",
                condition=~Q(state="REFUSED") | ~Q(answer=""),
                violation_error_message="Say why not.",
            ),
            models.UniqueConstraint(
                fields=["wrong"],
                name="one_correction_waits",
                condition=Q(state="ASKED", wrong__isnull=False),
                violation_error_message="Someone has asked to put this right already.",
            ),
        ]
        indexes = [models.Index("asked_at", name="correction_that_waits", condition=Q(state="ASKED"))]

    def __str__(self) -> str:
        return f"COR{self.pk:05d}"


def same_reference(reference: str) -> Q:
    """Whether `reference` is this one, without capitals, spaces and signs."""
    return Q(Exact(AsCompared("reference"), AsCompared(Value(reference))))

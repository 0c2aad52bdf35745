"""A payment that is looked at again, and money that a person pays back."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from budgets.models.purposes import Every
from budgets.models.requests import Payment, SpendRequest
from people.models import User, ids_seen_by


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(payment__commitment__spend__budget__enrolment__participant__in=ids_seen_by(user))

    def waiting(self) -> Self:
        return self.filter(state__in=[SpotCheck.State.OPEN, SpotCheck.State.WRONG])


class SpotCheck(models.Model):
    """A payment that was picked for a look, by its risk (budgets/spot_checks.py): why, and what was found."""

    class State(models.TextChoices):
        OPEN = "OPEN", "To be looked at"
        WELL = "WELL", "All well"
        WRONG = "WRONG", "Something is wrong"
        SETTLED = "SETTLED", "Settled"

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="spot_check")
    why = models.CharField(max_length=500)
    picked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found = models.TextField(max_length=2000, blank=True)
    looked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)
    settled = models.TextField(max_length=2000, blank=True)  # how what was wrong came right
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_look_says_by_whom_and_what_was_found",
                condition=Q(state="OPEN", found="", looked_by=None, looked_at=None)
                | (~Q(state="OPEN") & ~Q(found="") & Q(looked_by__isnull=False, looked_at__isnull=False)),
                violation_error_message="Say what you found.",
            ),
            models.CheckConstraint(
                name="what_is_settled_says_by_whom_and_how",
                condition=(~Q(state="SETTLED") & Q(settled="", settled_by=None, settled_at=None))
                | (Q(state="SETTLED", settled_by__isnull=False, settled_at__isnull=False) & ~Q(settled="")),
                violation_error_message="Say how it was settled.",
            ),
        ]
        indexes = [models.Index("picked_at", name="spot_checks_waiting", condition=Q(state__in=["OPEN", "WRONG"]))]

    def __str__(self) -> str:
        return f"spot check {self.pk}"


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(spend__budget__enrolment__participant__in=ids_seen_by(user))


class Recovery(models.Model):
    """Money that a person pays back, part by part: the last resort. Two people agree to it, and it can stop.

    `amount` and `each` are pence. What came back is what the ledger says (budgets/recovery.py).
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "A second person has to agree"
        RUNNING = "RUNNING", "Being paid back"
        DONE = "DONE", "Paid back"
        REFUSED = "REFUSED", "Not agreed"
        STOPPED = "STOPPED", "Stopped"

    OPEN = (State.PROPOSED, State.RUNNING)

    spend = models.ForeignKey(SpendRequest, models.PROTECT, related_name="recoveries")
    amount = models.PositiveBigIntegerField()
    each = models.PositiveBigIntegerField()
    every = models.CharField(max_length=10, choices=Every)
    first_on = models.DateField()
    why = models.TextField(max_length=2000)
    tried = models.TextField(max_length=2000)  # before it came to this
    person_said = models.TextField(max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(max_length=2000, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_recovery_is_in_parts_of_something",
                condition=Q(each__gt=0, each__lte=F("amount")),
                violation_error_message="Each part is more than nothing, and no more than all of it.",
            ),
            models.CheckConstraint(
                name="a_recovery_has_a_second_person",
                condition=Q(state="PROPOSED", answered_by=None, answered_at=None)
                | Q(
                    ~Q(state="PROPOSED"),
                    ~Q(answered_by=F("asked_by")),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                )
                | Q(state="STOPPED", answered_by=None, answered_at=None),
                violation_error_message="Someone other than who proposed it has to answer.",
            ),
            models.CheckConstraint(
                name="a_recovery_that_ended_says_when",
                condition=Q(state__in=["DONE", "STOPPED"], ended_at__isnull=False, ended_by__isnull=False)
                | Q(state__in=["PROPOSED", "RUNNING", "REFUSED"], ended_at=None, ended_by=None),
                violation_error_message="Say why it stops.",
            ),
            models.UniqueConstraint(
                "spend",
                name="one_recovery_at_a_time",
                condition=Q(state__in=["PROPOSED", "RUNNING"]),
                violation_error_message="This money is being paid back already, or waits for a second person.",
            ),
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk}"

"""Ways of taking money: the agreement for each, what was looked at since, and what was shown of money handed over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from budgets.models.funds import Budget
from budgets.models.purposes import CASH, Way
from people.models import Document, User, ids_seen_by
from providers.models import Provider


class WayAgreementQuerySet(models.QuerySet["WayAgreement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))

    def in_force(self) -> Self:
        return self.filter(state=WayAgreement.State.IN_FORCE)

    def current(self) -> Self:
        """Those that are in force, or may come into force."""
        return self.filter(state__in=CURRENT)

    def with_names(self) -> Self:
        return self.select_related("provider", "asked_by", "decided_by", "signed_by", "ended_by", "signed_document")


class WayAgreement(models.Model):
    """One version of the agreement for one way of taking a budget. Nobody changes its terms: others are a new version.

    `fee` is pence a month, `weekly` what is meant to be spent in a week, in pence.
    """

    class State(models.TextChoices):
        WITH_SENIOR = "WITH_SENIOR", "Waiting for a manager’s decision"
        TO_SIGN = "TO_SIGN", "Waiting to be signed"
        IN_FORCE = "IN_FORCE", "In force"
        REFUSED = "REFUSED", "Not agreed by a manager"
        DECLINED = "DECLINED", "Not signed: the person does not want it"
        TAKEN_BACK = "TAKEN_BACK", "Taken back"
        STOPPED = "STOPPED", "Stopped"

    class Signed(models.TextChoices):
        PORTAL = "PORTAL", "On their own pages"
        BY_HAND = "BY_HAND", "On paper"

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="agreements", db_index=False)
    way = models.CharField(max_length=15, choices=Way)
    version = models.PositiveSmallIntegerField()
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=150, blank=True)  # of whoever looks after it, who is no provider here
    contact = models.CharField(max_length=200, blank=True)
    agreed_on = models.DateField(null=True, blank=True)  # the day on which they said that they will
    fee = models.PositiveIntegerField(default=0)
    weekly = models.PositiveIntegerField(null=True, blank=True)
    most_weeks = models.PositiveSmallIntegerField(default=8)  # of money that nothing was shown for
    check_weeks = models.PositiveSmallIntegerField(default=8)
    second_way = models.CharField(max_length=15, choices=Way, default=Way.NOTIONAL)  # where this one fails
    account_told = models.BooleanField(default=False)  # the practitioner knows the account's details
    duties = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    why = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=15, choices=State)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)  # the manager's, as the person reads it
    signed_how = models.CharField(max_length=10, choices=Signed, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    next_check_on = models.DateField(null=True, blank=True)
    barred = ArrayField(models.CharField(max_length=400), default=list, blank=True)  # what forbids it now, in words
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(max_length=2000, blank=True)
    failed = models.BooleanField(default=False)  # it was stopped because it failed

    objects = WayAgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "budget", "way", "version", name="one_agreement_of_a_version",
                violation_error_message="This agreement has changed since you opened the page. Look at it again.",
            ),
            models.UniqueConstraint(
                "budget", "way", name="one_way_at_a_time", condition=Q(state="IN_FORCE"),
                violation_error_message="This way is in force already.",
            ),
            models.UniqueConstraint(
                "budget", "way", name="one_proposal_of_a_way", condition=Q(state__in=["WITH_SENIOR", "TO_SIGN"]),
                violation_error_message="An agreement for this way waits already. Finish that one first.",
            ),
            models.CheckConstraint(
                name="cash_has_a_seniors_yes",
                condition=~Q(way__in=CASH) | ~Q(state__in=["TO_SIGN", "IN_FORCE"]) | Q(decided_by__isnull=False),
                violation_error_message="A manager decides on this way first.",
            ),
            models.CheckConstraint(
                name="a_senior_is_someone_else",
                condition=Q(decided_by=None, decided_at=None, reason="")
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("asked_by")) & ~Q(reason=""),
                violation_error_message="Someone else decides what you proposed, and says why.",
            ),
            models.CheckConstraint(
                name="a_way_in_force_is_signed",
                condition=~Q(state="IN_FORCE")
                | Q(signed_by__isnull=False, signed_at__isnull=False, next_check_on__isnull=False) & ~Q(signed_how=""),
                violation_error_message="It counts once it is signed.",
            ),
            models.CheckConstraint(
                name="an_ended_way_says_why",
                condition=~Q(state__in=["DECLINED", "TAKEN_BACK", "STOPPED"])
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_why="")),
                violation_error_message="Say why.",
            ),
        ]  # fmt: skip
        indexes = [models.Index("state", "next_check_on", name="agreement_by_state")]

    def __str__(self) -> str:
        return f"agreement {self.pk}"

    @property
    def is_cash(self) -> bool:
        return self.way in CASH

    @property
    def called(self) -> str:
        """Who looks after the money; empty where the person does, or the service."""
        return self.provider.name if self.provider else self.name

    @property
    def check_every(self) -> timedelta:
        return timedelta(weeks=self.check_weeks)

    def check_is_due(self, today: date) -> bool:
        return self.state == self.State.IN_FORCE and self.next_check_on is not None and self.next_check_on <= today


CURRENT = (WayAgreement.State.WITH_SENIOR, WayAgreement.State.TO_SIGN, WayAgreement.State.IN_FORCE)


class WayCheckQuerySet(models.QuerySet["WayCheck"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(agreement__budget__enrolment__participant__in=ids_seen_by(user))


class WayCheck(models.Model):
    """Someone looked at what became of money that was handed over. `seen` is what is there still, in pence."""

    agreement = models.ForeignKey(WayAgreement, models.PROTECT, related_name="checks")
    seen = models.PositiveBigIntegerField()
    all_well = models.BooleanField()
    note = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = WayCheckQuerySet.as_manager()

    def __str__(self) -> str:
        return f"check {self.pk}"

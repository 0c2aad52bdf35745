"""Programmes, the rules for who they are for, what those rules said about each person, and how much help they have."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from common.dated import LAST_DAY, Dated, DatedQuerySet, one_at_a_time
from people.models.access_grants import ids_seen_by
from people.models.accounts import Team, User
from people.models.participants import Participant
from people.models.places import DeliveryUnit, Prison


class Programme(models.Model):
    """A way of helping with its own way of giving money. `allocation` is pence; a scheme's team may run it.

    The managers of its owning areas look after it.
    """

    class MoneyModel(models.TextChoices):
        DISCRETIONARY = "DISCRETIONARY", "A practitioner draws on the fund"
        APPLICATION = "APPLICATION", "The person applies to the fund"
        ALLOCATED = "ALLOCATED", "The person has a sum from the start"

    code = models.SlugField(
        max_length=40,
        unique=True,
        error_messages={
            "blank": "Give the programme a name with letters or numbers in it.",
            "unique": "Another programme has this short name. Choose another.",
        },
    )
    name = models.CharField(max_length=150, unique=True)
    about = models.TextField(blank=True)
    money_model = models.CharField(max_length=15, choices=MoneyModel)
    allocation = models.PositiveBigIntegerField(default=0)
    gives_sum_again = models.BooleanField(default=False)  # to whoever comes back; else what they have not used of it
    scheme = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="programmes")
    owning_areas = models.ManyToManyField(DeliveryUnit, related_name="programmes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_allocated_programmes_give_a_sum",
                condition=Q(money_model="ALLOCATED", allocation__gt=0)
                | (~Q(money_model="ALLOCATED") & Q(allocation=0)),
                violation_error_message="A programme that gives a sum from the start needs that sum; others have none.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rule(Dated):
    """One rule for who a programme is for, from a day on. Only the fields its kind uses are set."""

    class Kind(models.TextChoices):
        SENTENCE_UNDER = "SENTENCE_UNDER", "Sentence length"
        AGE = "AGE", "Age"
        RISK = "RISK", "Risk"
        AREA = "AREA", "Area"
        COHORT = "COHORT", "Cohort"
        PRISON = "PRISON", "Leaving prison"
        CONVICTIONS = "CONVICTIONS", "Convictions"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rules", db_index=False)
    kind = models.CharField(max_length=15, choices=Kind)
    starts_on = models.DateField(default=date(2000, 1, 1))
    # Why and by whom it took the place of another, and came to its end; empty for what a programme began with.
    why = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_why = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    days = models.PositiveIntegerField(null=True, blank=True)
    youngest = models.PositiveSmallIntegerField(null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_risk = models.CharField(max_length=10, blank=True)
    tag = models.CharField(max_length=15, blank=True)
    areas = models.ManyToManyField(DeliveryUnit, blank=True, related_name="+")
    prison = models.ForeignKey(Prison, models.PROTECT, null=True, blank=True, related_name="+")
    fewest = models.PositiveSmallIntegerField(null=True, blank=True)  # convictions

    objects = DatedQuerySet["Rule"].as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            one_at_a_time(
                "one_rule_of_a_kind_at_a_time",
                says="This programme has a rule of this kind already.",
                of=("programme", "kind"),
            ),
            models.CheckConstraint(
                name="rule_says_what_its_kind_needs",
                condition=Q(kind="SENTENCE_UNDER", days__isnull=False)
                | Q(kind="AGE", youngest__isnull=False, oldest__isnull=False)
                | (Q(kind="RISK") & ~Q(highest_risk=""))
                | (Q(kind="COHORT") & ~Q(tag=""))
                | Q(kind="PRISON", prison__isnull=False)
                | Q(kind="CONVICTIONS", fewest__gt=0)
                | Q(kind="AREA"),
                violation_error_message="Say what the rule asks for.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def enrolled(self) -> Self:
        return self.filter(state=Enrolment.State.ENROLLED)


class Enrolment(models.Model):
    """A person on a programme, or the record that its rules said no."""

    class State(models.TextChoices):
        NOT_ELIGIBLE = "NOT_ELIGIBLE", "Not eligible"
        ENROLLED = "ENROLLED", "Enrolled"
        ENDED = "ENDED", "Ended"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="enrolments")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=15, choices=State)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    overridden_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    override_reason = models.CharField(max_length=1000, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()
    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            LAST_DAY,
            models.UniqueConstraint(
                "participant",
                "programme",
                name="on_a_programme_once",
                condition=~Q(state="ENDED"),
                violation_error_message="This person already has an answer for this programme.",
            ),
            models.CheckConstraint(
                name="an_override_has_a_person_and_a_reason",
                condition=Q(overridden_by=None, override_reason="")
                | (Q(overridden_by__isnull=False) & ~Q(override_reason="")),
                violation_error_message="An override says who decided it and why.",
            ),
            models.CheckConstraint(
                name="enrolled_has_a_start",
                condition=~Q(state="ENROLLED") | Q(starts_on__isnull=False),
                violation_error_message="Say from which day the person is on the programme.",
            ),
            models.CheckConstraint(
                name="an_ended_enrolment_says_when_and_why",
                condition=Q(state="ENDED", ends_on__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ENDED") & Q(end_reason=""),
                violation_error_message="Say why this ends.",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


class RuleResultQuerySet(models.QuerySet["RuleResult"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enrolment__participant__in=ids_seen_by(user))


class RuleResult(models.Model):
    """What one rule said about one person on the day they were asked about, with the reason in words."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="results", db_index=False)
    kind = models.CharField(max_length=15, choices=Rule.Kind)
    met = models.BooleanField()
    reason = models.CharField(max_length=300)

    objects = RuleResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "enrolment",
                "kind",
                name="one_result_a_rule",
                violation_error_message="This rule was asked already.",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class EligibilityReviewQuerySet(models.QuerySet["EligibilityReview"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enrolment__participant__in=ids_seen_by(user))

    def open(self) -> Self:
        return self.filter(state=EligibilityReview.State.OPEN)


class EligibilityReview(models.Model):
    """Someone on a programme whose rules would say no now, and what becomes of that (people/programmes/asked_again.py).

    `said` is what the rules say, by kind: {"AGE": "Age 26 …"}.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", "To be decided"
        KEPT = "KEPT", "Stays all the same"
        ENDED = "ENDED", "Ended"
        CLEARED = "CLEARED", "The rules say yes again"

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="reviews")
    found_at = models.DateTimeField()
    said = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)

    objects = EligibilityReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "enrolment",
                name="one_review_at_a_time",
                condition=Q(state="OPEN"),
                violation_error_message="This waits for a decision already.",
            ),
            models.CheckConstraint(
                name="who_stays_all_the_same_has_a_reason",
                condition=Q(state="OPEN", decided_by=None, decided_at=None, reason="")
                | Q(state__in=["ENDED", "CLEARED"], decided_at__isnull=False)
                | (Q(state="KEPT", decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                violation_error_message="Say why they stay all the same.",
            ),
        ]

    def __str__(self) -> str:
        return f"eligibility review {self.pk}"


class TierDecisionQuerySet(models.QuerySet["TierDecision"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enrolment__participant__in=ids_seen_by(user))


class TierDecision(models.Model):
    """How much help someone on a programme has: one proposed it, another decided, and it is looked at again."""

    class Tier(models.TextChoices):
        PREVENTION = "PREVENTION", "Prevention"
        MAINTENANCE = "MAINTENANCE", "Maintenance"
        INTENSIVE = "INTENSIVE", "Intensive support"

    class State(models.TextChoices):
        ASKED = "ASKED", "A manager decides"
        IN_FORCE = "IN_FORCE", "In force"
        REFUSED = "REFUSED", "Not agreed"
        OVER = "OVER", "Over"

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="tiers")
    tier = models.CharField(max_length=12, choices=Tier)
    why = models.TextField(max_length=2000)
    review_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    objects = TierDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "enrolment",
                "state",
                name="one_tier_at_a_time",
                condition=Q(state__in=["ASKED", "IN_FORCE"]),
                violation_error_message="Another tier is proposed already. Answer that first.",
            ),
            models.CheckConstraint(
                name="a_tier_is_decided_by_another",
                condition=Q(state__in=["ASKED", "OVER"], decided_by=None, decided_at=None)
                | (
                    Q(state__in=["IN_FORCE", "REFUSED", "OVER"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=models.F("asked_by"))
                ),
                violation_error_message="Someone other than who proposed it decides.",
            ),
        ]

    def __str__(self) -> str:
        return f"tier decision {self.pk}"

"""What a programme's money may be used for and how much of it, from which day; and who has shown commitment."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from budgets.models.purposes import Prohibited, Purpose, Way
from common.money import pounds
from people.models import Enrolment, Programme, User, ids_seen_by

LIMITS = (
    "id",
    "item_cap",
    "person_cap",
    "purposes",
    "prohibited",
    "manager_limit",
    "worker_limit",
    "own_limits",
    "panel_quorum",
    "panel_lived",
    "quote_from",
    "pool_only",
)


class MoneyRulesQuerySet(models.QuerySet["MoneyRules"]):
    def of(self, programme: Programme, on: date) -> MoneyRules:
        """Those that counted on this day; where there were none yet, rules that ask for nothing."""
        found = self.filter(programme=programme).newest(on).first()
        return found or MoneyRules(programme=programme, starts_on=on)

    def newest(self, on: date | OuterRef) -> Self:
        return self.filter(starts_on__lte=on).order_by("-starts_on", "-pk")

    def limits(self, on: date) -> Subquery:
        """What those of this day limit, by field: for another model's rows."""
        return Subquery(self.newest(on).values(said=JSONObject(**{name: name for name in LIMITS}))[:1])


class MoneyRules(models.Model):
    """The rules of a programme's money from one day until the next ones begin. They are only added to.

    Sums are pence; one that is empty asks for nothing. `allocation` is what each person has from the start.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="money_rules", db_index=False)
    starts_on = models.DateField()
    allocation = models.PositiveBigIntegerField(null=True, blank=True)
    item_cap = models.PositiveBigIntegerField(null=True, blank=True)
    person_cap = models.PositiveBigIntegerField(null=True, blank=True)
    purposes = ArrayField(models.CharField(max_length=15, choices=Purpose), default=list, blank=True)
    prohibited = ArrayField(models.CharField(max_length=15, choices=Prohibited), default=list, blank=True)
    needs_commitment = models.BooleanField(default=False)
    quote_from = models.PositiveBigIntegerField(null=True, blank=True)  # pence from which a price is shown
    bill_from = models.PositiveBigIntegerField(null=True, blank=True)  # pence from which a payment names its invoice
    # Above this a panel decides. Up to these the rule itself says yes (budgets/by_rule.py).
    manager_limit = models.PositiveBigIntegerField(null=True, blank=True)
    panel_quorum = models.PositiveSmallIntegerField(default=3)  # votes that a panel needs
    panel_lived = models.BooleanField(default=True)  # one of them of a member with lived experience
    worker_limit = models.PositiveBigIntegerField(null=True, blank=True)
    own_limits = ArrayField(models.PositiveBigIntegerField(), default=list, blank=True)  # the steps up, lowest first
    kept_for_more = models.PositiveSmallIntegerField(default=3)  # things that went as agreed, for one step
    ways = ArrayField(models.CharField(max_length=15, choices=Way), default=list, blank=True)  # none: all of them
    pool_only = models.BooleanField(default=False)  # only what a group uses together
    months = models.PositiveSmallIntegerField(null=True, blank=True)  # for how long a person's sum is meant
    four_options = models.BooleanField(default=False)  # they are said as the four options of Scotland
    why = models.TextField(max_length=1000)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = MoneyRulesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sums_of_rules_are_something",
                condition=(Q(allocation=None) | Q(allocation__gt=0))
                & (Q(item_cap=None) | Q(item_cap__gt=0))
                & (Q(person_cap=None) | Q(person_cap__gt=0)),
                violation_error_message="Enter sums that are more than zero, or leave them open.",
            ),
            models.CheckConstraint(
                name="nobody_starts_above_the_most",
                condition=Q(allocation=None) | Q(person_cap=None) | Q(allocation__lte=models.F("person_cap")),
                violation_error_message="The sum from the start cannot be above the most for one person.",
            ),
            models.CheckConstraint(
                name="limits_of_rules_are_something",
                condition=(Q(manager_limit=None) | Q(manager_limit__gt=0))
                & (Q(worker_limit=None) | Q(worker_limit__gt=0))
                & Q(kept_for_more__gt=0)
                & Q(panel_quorum__gte=2),
                violation_error_message="Enter sums that are more than zero, or leave them open.",
            ),
        ]
        indexes = [models.Index("programme", "starts_on", name="rules_by_day")]

    def __str__(self) -> str:
        return f"rules from {self.starts_on}"

    @property
    def sum(self) -> int:
        """What each person has from the start, in pence: 0 where the programme gives no sum first."""
        return self.programme.allocation if self.allocation is None else self.allocation

    @property
    def in_words(self) -> list[str]:
        """What they ask for, a line each; nothing where they ask for nothing."""
        asked = [
            self.sum and f"{pounds(self.sum)} for each person from the start",
            self.item_cap and f"{pounds(self.item_cap)} at most for one thing",
            self.person_cap and f"{pounds(self.person_cap)} at most for one person",
            self.purposes and f"Only for: {'; '.join(self.purpose_words)}",
            self.pool_only and "Only for what a group uses together",
            self.prohibited and f"Never for: {'; '.join(self.prohibited_words).lower()}",
            self.needs_commitment and "Someone writes down first that the person has shown commitment",
            self.quote_from is not None and f"From {pounds(self.quote_from)} on, the price is shown",
            self.bill_from is not None and f"From {pounds(self.bill_from)} on, a payment names an invoice or receipt",
            self.ways and f"It can be taken so: {'; '.join(self.way_words)}",
            self.manager_limit and f"One manager decides up to {pounds(self.manager_limit)}; above it a panel does",
            self.manager_limit and self.panel_words,
            self.worker_limit and f"Up to {pounds(self.worker_limit)} in 30 days, what a worker asks for is a yes",
            self.own_limits and self.ladder_words,
        ]
        return [words for words in asked if words]

    @property
    def panel_words(self) -> str:
        said = f"A panel decides with {self.panel_quorum} votes"
        return f"{said}, one of them of someone who has been where the person is" if self.panel_lived else said

    @property
    def ladder_words(self) -> str:
        first, *more = [pounds(pence) for pence in self.own_limits]
        said = f"Up to {first} in 30 days, what the person asks for is a yes"
        return (
            f"{said}. Each {self.kept_for_more} things that go as agreed make it more: {', '.join(more)}"
            if more
            else said
        )

    @property
    def prohibited_words(self) -> list[str]:
        return [str(Prohibited(each).label) for each in self.prohibited]

    @property
    def way_words(self) -> list[str]:
        return [str(Way(each).label) for each in self.ways]

    @property
    def purpose_words(self) -> list[str]:
        return [str(Purpose(each).label) for each in self.purposes]


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enrolment__participant__in=ids_seen_by(user))

    def newest(self) -> Judgement | None:
        return self.order_by("-at", "-pk").first()


class Judgement(models.Model):
    """Whether someone on a programme has shown commitment: by whom, on what evidence. The newest one counts."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="judgements")
    shown = models.BooleanField()
    evidence = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = JudgementQuerySet.as_manager()

    def __str__(self) -> str:
        return f"judgement {self.pk}"


class JudgementAppealQuerySet(models.QuerySet["JudgementAppeal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(judgement__enrolment__participant__in=ids_seen_by(user))

    def waiting(self) -> Self:
        """Nobody has looked anew since, and they are still on the programme."""
        enrolment = OuterRef("judgement__enrolment")
        newer = Judgement.objects.filter(enrolment=enrolment, pk__gt=OuterRef("judgement"))
        return self.filter(~Exists(newer), judgement__enrolment__state=Enrolment.State.ENROLLED)


class JudgementAppeal(models.Model):
    """The person asks that someone else looks at a judgement. Whoever judges anew answers it."""

    judgement = models.OneToOneField(
        Judgement, models.PROTECT, related_name="appeal",
        error_messages={"unique": "Someone else was asked to look at this already."},
    )  # fmt: skip
    why = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = JudgementAppealQuerySet.as_manager()

    def __str__(self) -> str:
        return f"appeal {self.pk} against a judgement"

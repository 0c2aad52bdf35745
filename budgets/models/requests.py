"""Requests, commitments and payments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from simple_history.models import HistoricalRecords

from budgets.models.funds import Budget
from budgets.models.ledger import Transaction
from budgets.models.purposes import Because, Every, Purpose, Way
from budgets.models.rules import MoneyRules
from budgets.models.things import SmallThing
from common.money import pounds
from lifeplans.models import Goal
from people.models import Document, Participant, Requirement, SignInChange, User, ids_seen_by
from providers.models import Referral, Service


class ForWhom(models.TextChoices):
    ME = "ME", "Me"
    FAMILY = "FAMILY", "My family and me"
    GROUP = "GROUP", "A group I belong to"

    def said_of(self, called: str) -> str:
        """The same, as a colleague reads it."""
        return {self.ME: called, self.FAMILY: f"{called} and their family"}.get(self, f"A group {called} belongs to")


# Calendar days until an answer, as councils promise it: small things on a fast track, and sums above £1,500 sent on
# within seven days to whoever decides about them, who have seven more.
SMALL_WITHIN, ANSWER_WITHIN, LARGE_WITHIN = (timedelta(days=days) for days in (7, 10, 15))
LARGE = 1_500_00  # pence


class SpendRequestQuerySet(models.QuerySet["SpendRequest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(budget__enrolment__participant__in=ids_seen_by(user))

    def with_whether(self, gave: Exists) -> Self:
        """`gave`: whether someone gave the person a way in lately."""
        return self.annotate(gave=gave)

    def with_rules(self, on: date) -> Self:
        """`rules` of the programme's money on this day, read with the row."""
        of_programme = MoneyRules.objects.filter(programme=OuterRef("budget__enrolment__programme"))
        return self.annotate(limits=of_programme.limits(on))

    def sent(self) -> Self:
        return self.exclude(state=SpendRequest.State.DRAFT)

    def to_decide(self) -> Self:
        """Sent, and known to be from whom it says."""
        return self.filter(state=SpendRequest.State.ASKED, waits_for=None)

    def with_person(self) -> Self:
        return self.select_related(
            "budget__fund",
            "budget__enrolment__participant",
            "budget__enrolment__programme",
            "goal",
            "asked_by",
            "appeals",
            "requirement",
            "service__provider",
        )


class SpendRequest(models.Model):
    """Something a person wants money for, towards a goal. `amount` is pence."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Being written"
        ASKED = "ASKED", "Waiting for an answer"
        APPROVED = "APPROVED", "Approved"
        REFUSED = "REFUSED", "Refused"
        WITHDRAWN = "WITHDRAWN", "Taken back"
        LAPSED = "LAPSED", "Ended without an answer"

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="requests")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="requests")
    without_money = models.TextField(max_length=2000, blank=True)
    what = models.CharField(max_length=200, blank=True)
    amount = models.PositiveBigIntegerField(null=True, blank=True)
    # Whoever asks knows about how much: from this on, in pence, and `amount` is the most. Then the price that their
    # worker found (budgets/prices.py).
    about_from = models.PositiveBigIntegerField(null=True, blank=True)
    found_price = models.PositiveBigIntegerField(null=True, blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)
    thing = models.CharField(max_length=15, choices=SmallThing, blank=True)  # asked for in three presses
    purpose = models.CharField(max_length=15, choices=Purpose, blank=True)
    for_whom = models.CharField(max_length=10, choices=ForWhom, blank=True)
    because = ArrayField(models.CharField(max_length=15, choices=Because), default=list, blank=True)
    why = models.TextField(max_length=2000, blank=True)
    payee = models.CharField(max_length=150, blank=True)  # who sells it, where that is known
    # What they chose from the directory. Where it is bought is decided later, and may be elsewhere.
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="wished_for")
    needed_by = models.DateField(null=True, blank=True)
    # Paid for again and again: `amount` is all of it, in as many equal parts (budgets/repeating.py).
    every = models.CharField(max_length=10, choices=Every, blank=True)
    times = models.PositiveSmallIntegerField(default=1)
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True, related_name="requests")
    way = models.CharField(max_length=15, choices=Way, default=Way.NOTIONAL)
    quote = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")  # what shows the price
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The answer that this asks someone else to look at again (budgets/appeals.py).
    appeals = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="looked_at_again")
    # Sent by a way in that waits to be confirmed: it is decided once it is.
    waits_for = models.ForeignKey(SignInChange, models.PROTECT, null=True, blank=True, related_name="+")
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="requests_made")
    asked_at = models.DateTimeField(null=True, blank=True)
    # Who decided: a person, or the programme's rules themselves (budgets/by_rule.py).
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by_rule = models.ForeignKey(MoneyRules, models.PROTECT, null=True, blank=True, related_name="+")
    # Who sent it to a panel, voted, or wrote votes down (users' ids), where a panel decided (budgets/panels.py).
    decided_by_panel = ArrayField(models.PositiveBigIntegerField(), default=list, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.PositiveBigIntegerField(null=True, blank=True)  # pence, of a yes: all that was asked for, or less
    answer_read_at = models.DateTimeField(null=True, blank=True)  # by the person, on their own pages
    reason = models.TextField(max_length=8000, blank=True)  # of a panel, what each member said
    public_sentence = models.CharField(max_length=300, blank=True)  # names nobody, and may be read by anyone
    # Whoever approved it looked, and said that it is not what its words look like (budgets/prohibited.py).
    not_prohibited = models.BooleanField(default=False)

    # What was checked when it was decided: a list of {"about", "result", "said"} (budgets/checks.py).
    checked = models.JSONField(default=list, blank=True)

    gave: bool  # set by with_whether
    limits: dict[str, Any] | None  # set by with_rules
    said_interest: bool  # these three are set by budgets/checks.py
    in_circle: bool
    tied: bool
    history = HistoricalRecords()
    objects = SpendRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_sent_request_says_what_and_how_much",
                condition=Q(state="DRAFT")
                | (
                    Q(amount__gt=0, asked_by__isnull=False, asked_at__isnull=False)
                    & ~Q(what="")
                    & (~Q(why="") | ~Q(thing=""))
                    & ~Q(purpose="")
                ),
                violation_error_message="Say what you need, how much it costs and why it matters.",
            ),
            models.CheckConstraint(
                name="about_how_much_has_a_most",
                condition=Q(about_from=None) | Q(about_from__lt=F("amount")),
                violation_error_message="Choose about how much it costs.",
            ),
            models.CheckConstraint(
                name="a_price_is_found_by_someone",
                condition=Q(found_price=None, found_by=None, found_at=None)
                | Q(
                    about_from__isnull=False,
                    found_price__gt=0,
                    found_price__lte=F("amount"),
                    found_by__isnull=False,
                    found_at__isnull=False,
                ),
                violation_error_message="Enter a price that is no more than was asked for.",
            ),
            models.CheckConstraint(
                name="a_decision_has_a_person_a_time_and_a_reason",
                condition=(
                    Q(state__in=["APPROVED", "REFUSED"], decided_at__isnull=False)
                    & (Q(decided_by__isnull=False) | Q(decided_by_rule__isnull=False) | ~Q(decided_by_panel=[]))
                    & ~Q(reason="")
                )
                | Q(
                    state__in=["DRAFT", "ASKED", "WITHDRAWN", "LAPSED"],
                    decided_by=None,
                    decided_by_rule=None,
                    decided_by_panel=[],
                    decided_at=None,
                ),
                violation_error_message="Give the reasons for the decision.",
            ),
            models.CheckConstraint(
                name="what_is_paid_again_and_again_has_an_end",
                condition=Q(every="", times=1) | (~Q(every="") & Q(times__gte=2, times__lte=60)),
                violation_error_message="Say how many times, from 2 to 60.",
            ),
            models.CheckConstraint(
                name="one_decides",
                condition=Q(decided_by=None, decided_by_rule=None)
                | Q(decided_by=None, decided_by_panel=[])
                | Q(decided_by_rule=None, decided_by_panel=[]),
                violation_error_message="A person decides, or a panel, or a rule.",
            ),
            models.CheckConstraint(
                name="a_rule_only_says_yes",
                condition=Q(decided_by_rule=None) | Q(state="APPROVED"),
                violation_error_message="What a rule does not allow a person decides.",
            ),
            models.CheckConstraint(
                name="a_yes_says_how_much",
                condition=(Q(state="APPROVED", granted__gt=0) & Q(granted__lte=Coalesce("found_price", "amount")))
                | (~Q(state="APPROVED") & Q(granted=None)),
                violation_error_message="A yes is to all that was asked for, or to less.",
            ),
            models.CheckConstraint(
                name="nobody_decides_their_own_request",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="Someone else has to decide a request you made.",
            ),
            models.CheckConstraint(
                name="no_decision_while_it_is_not_known_who_asks",
                condition=Q(waits_for=None) | ~Q(state__in=["APPROVED", "REFUSED"]),
                violation_error_message="Wait until it is confirmed who asks.",
            ),
            models.UniqueConstraint(
                "appeals",
                name="an_answer_is_looked_at_again_once",
                condition=~Q(state__in=["WITHDRAWN", "LAPSED"]),
                violation_error_message="Someone else was asked to look at this again already.",
            ),
            models.UniqueConstraint(
                "budget",
                "started_by",
                name="one_draft_at_a_time",
                condition=Q(state="DRAFT"),
                violation_error_message="Finish the request you started first.",
            ),
        ]
        indexes = [
            models.Index("state", "asked_at", name="request_by_state"),
            models.Index("decided_at", name="request_by_decision", condition=Q(decided_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"REQ{self.pk:05d}"

    @property
    def for_whom_words(self) -> str:
        """For staff: who it is for."""
        return ForWhom(self.for_whom).said_of(self.person.called) if self.for_whom else ""

    @property
    def person(self) -> Participant:
        return self.budget.enrolment.participant

    @property
    def decider(self) -> str:
        """Who decided, as colleagues read it."""
        if self.decided_by_rule_id:
            return "the programme’s rules"
        if self.decided_by_panel:
            return "the panel"
        return self.decided_by.name if self.decided_by else ""

    @property
    def is_in_part(self) -> bool:
        """Whether the answer was a yes to less than was asked for, or than it costs."""
        return self.granted is not None and self.granted < self.price

    @property
    def price(self) -> int:
        """What it costs as far as is known, in pence: the most that was asked for, where nobody has found the price."""
        return self.found_price or self.amount or 0

    @property
    def has_no_price(self) -> bool:
        """Whether about how much was asked for, and nobody has found the price."""
        return self.about_from is not None and self.found_price is None

    @property
    def amount_words(self) -> str:
        """How much was asked for."""
        if self.about_from is None:
            return pounds(self.amount or 0)
        return (
            f"{pounds(self.about_from)} to {pounds(self.amount or 0)}"
            if self.about_from
            else f"up to {pounds(self.amount or 0)}"
        )

    @property
    def because_words(self) -> list[str]:
        return [str(Because(each).label) for each in self.because]

    @property
    def words(self) -> str:
        """All that whoever asks said of it."""
        return f"{self.what}. {self.why}"

    @property
    def rules(self) -> MoneyRules:
        return MoneyRules(**(self.limits or {}))

    @property
    def answer_by(self) -> date | None:
        """The day until which an answer is promised."""
        return timezone.localdate(self.asked_at + self.answer_within) if self.asked_at else None

    @property
    def answer_within(self) -> timedelta:
        if self.thing:
            return SMALL_WITHIN
        return LARGE_WITHIN if self.at_stake > LARGE else ANSWER_WITHIN

    @property
    def clock_words(self) -> str:
        """What is promised for something like this."""
        days = f"within {self.answer_within.days} days"
        if self.thing:
            return f"Small things are answered {days}"
        return f"More than {pounds(LARGE)} is answered {days}" if self.at_stake > LARGE else f"It is answered {days}"

    @property
    def at_stake(self) -> int:
        """How much it is about, in pence: an appeal is about as much as the request whose answer it is against."""
        first = (self.appeals.amount or 0) if self.appeals else 0
        return max(self.amount or 0, first)

    @property
    def hands(self) -> set[int]:
        """The users who wrote, sent, priced or decided it, who may not pay (budgets/sql/priced.sql)."""
        return {pk for pk in (*self.asked_and_decided_by, self.found_by_id, *self.decided_by_panel) if pk}

    @property
    def asked_and_decided_by(self) -> set[int]:
        """The users who wrote, sent and decided it."""
        return {pk for pk in (self.started_by_id, self.asked_by_id, self.decided_by_id) if pk}

    @property
    def may_not_decide(self) -> set[int]:
        """The users who wrote or sent it, or gave the answer that it asks to look at again."""
        first = {self.appeals.decided_by_id, *self.appeals.decided_by_panel} if self.appeals else set()
        return self.hands | {pk for pk in first if pk}


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(spend__budget__enrolment__participant__in=ids_seen_by(user))

    def with_whether(self, gave: Exists) -> Self:
        """`gave`: whether someone gave the person a way in lately."""
        return self.annotate(gave=gave)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def with_paid(self) -> Self:
        stands = Q(payments__reversed_at=None)
        return self.annotate(paid=Coalesce(Sum("payments__amount", filter=stands), 0))


class Commitment(models.Model):
    """Money set aside for an approved request (pence), until it is paid or given back.

    The ledger alone writes what is `remaining` still, and when and by whom the last of it was moved.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    spend = models.OneToOneField(SpendRequest, models.PROTECT, related_name="commitment")
    amount = models.PositiveBigIntegerField()
    remaining = models.PositiveBigIntegerField(default=0)
    way = models.CharField(
        max_length=15, choices=Way, default=Way.NOTIONAL
    )  # another than was asked, where that failed
    payee = models.CharField(max_length=150, blank=True)  # who is to be paid, as the request or a worker named them
    referral = models.OneToOneField(
        Referral,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitment",
        error_messages={"unique": "Other money pays for this referral already. Choose another."},
    )
    # What is paid again and again was looked at half way: by whom, and why it goes on.
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = models.CharField(max_length=500, blank=True)
    # Nothing is paid of it while something is to be cleared up.
    on_hold_why = models.CharField(max_length=300, blank=True)
    on_hold_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    on_hold_at = models.DateTimeField(null=True, blank=True)
    # What came of it so far, in pence, while the rest is still to come.
    delivered = models.PositiveBigIntegerField(default=0)
    delivered_note = models.CharField(max_length=300, blank=True)
    delivered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    paid: int  # pence, set by with_paid
    handed: int  # pence, these three are set by with_owed (budgets/in_hand.py)
    shown: int
    put_right: bool
    bill_from: int | None  # pence, set by budgets/services.py
    gave: bool  # set by with_whether
    said_interest: bool  # these three are set by budgets/checks.py
    in_circle: bool
    tied: bool
    history = HistoricalRecords(excluded_fields=["remaining", "closed_at", "closed_by"])
    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="commitment_is_something",
                condition=Q(amount__gt=0),
                violation_error_message="Enter an amount that is more than zero.",
            ),
            models.CheckConstraint(
                name="a_closed_commitment_says_who_and_when",
                condition=Q(closed_at=None, closed_by=None, remaining__gt=0)
                | Q(closed_at__isnull=False, closed_by__isnull=False, remaining=0),
                violation_error_message="Money that was paid or given back says by whom and when.",
            ),
            models.CheckConstraint(
                name="what_is_on_hold_says_by_whom_and_why",
                condition=Q(on_hold_by=None, on_hold_at=None, on_hold_why="")
                | (Q(on_hold_by__isnull=False, on_hold_at__isnull=False) & ~Q(on_hold_why="")),
                violation_error_message="Say what is to be cleared up.",
            ),
            models.CheckConstraint(
                name="a_part_that_came_says_what_and_by_whom",
                condition=Q(delivered=0, delivered_by=None, delivered_at=None, delivered_note="")
                | (Q(delivered__gt=0, delivered_by__isnull=False, delivered_at__isnull=False) & ~Q(delivered_note="")),
                violation_error_message="Say what came.",
            ),
            models.CheckConstraint(
                name="no_more_comes_than_was_set_aside",
                condition=Q(delivered__lte=F("amount")),
                violation_error_message="Enter no more than is set aside for it.",
            ),
            models.CheckConstraint(
                name="a_review_says_by_whom_and_why",
                condition=Q(reviewed_by=None, reviewed_at=None, review="")
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(review="")),
                violation_error_message="Say why it goes on.",
            ),
        ]
        indexes = [models.Index("spend", name="open_commitment", condition=Q(closed_at=None))]

    def __str__(self) -> str:
        return f"commitment {self.pk}"

    @property
    def state(self) -> State:
        return self.State.CLOSED if self.closed_at else self.State.OPEN

    @property
    def part_to_pay(self) -> int:
        """Pence of parts that came and were not paid yet."""
        return max(0, self.delivered - (self.amount - self.remaining))


class AsCompared(Func):
    """A payee or an invoice number as two are compared: without capitals, spaces and signs."""

    template = "upper(regexp_replace(normalize(%(expressions)s, NFKC), '[[:space:][:punct:]]', '', 'g'))"
    output_field = models.TextField()


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(commitment__spend__budget__enrolment__participant__in=ids_seen_by(user))


class Payment(models.Model):
    """Money that went out (pence), to whom, and against which invoice or receipt. The transaction is what moved it."""

    transaction = models.OneToOneField(Transaction, models.PROTECT, related_name="payment")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="payments")
    amount = models.PositiveBigIntegerField()
    payee = models.CharField(max_length=150)
    invoice = models.CharField(max_length=60, blank=True)
    advance = models.CharField(max_length=300, blank=True)  # why it was paid before it was delivered
    way = models.CharField(max_length=15, choices=Way, default=Way.NOTIONAL)  # else it was handed over to be spent
    paid_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # When it was reversed: the ledger alone writes it. The payment was recorded wrongly, and does not count.
    reversed_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["reversed_at"])
    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_is_something",
                condition=Q(amount__gt=0),
                violation_error_message="Enter an amount that is more than zero.",
            ),
            models.UniqueConstraint(
                AsCompared("payee"),
                AsCompared("invoice"),
                name="an_invoice_is_paid_once",
                condition=~Q(invoice="") & Q(reversed_at=None),
                violation_error_message="This invoice from this payee is recorded already. Check the invoice number.",
            ),
        ]
        indexes = [
            models.Index("recorded_at", name="payment_by_moment"),
            models.Index(AsCompared("payee"), name="payment_by_payee"),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"

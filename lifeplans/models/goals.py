"""Goals: what the person wants, the good it serves, the risk it touches, and what both authors say to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from lifeplans.goods import Good
from lifeplans.models.authors import WHOSE_WORDS, Answer, Author
from lifeplans.models.plans import LifePlan
from lifeplans.needs import Need
from people.models import Requirement, SignInChange, User, ids_seen_by

NEEDS_WORDS = [Answer.DISAGREE, Answer.COULD_NOT_ANSWER]


class Status(models.TextChoices):
    PROPOSED = "PROPOSED", "To agree"
    AGREED = "AGREED", "Working on"
    PAUSED = "PAUSED", "Paused"
    ACHIEVED = "ACHIEVED", "Achieved"
    DROPPED = "DROPPED", "Dropped"


NEEDED = ["TO_DO", "DOING", "DONE", "CANNOT_YET"]
OPEN = [Status.PROPOSED, Status.AGREED, Status.PAUSED]


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__participant__in=ids_seen_by(user))

    def in_plan_of(self, participant_id: int) -> Self:
        return self.filter(plan__participant=participant_id)

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def proposed(self) -> Self:
        return self.filter(status=Status.PROPOSED)

    def agreed(self) -> Self:
        """Agreed by both and being worked on."""
        return self.filter(status=Status.AGREED)

    def waiting_for(self, author: Author) -> Self:
        """Proposed, and this side has not answered yet."""
        return self.proposed().filter(**{f"{author.lower()}_said": ""})

    def without_a_step(self) -> Self:
        """No step at all, or none that is still needed."""
        return self.exclude(steps__status__in=NEEDED)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


ANSWERS = {"invalid_choice": "Choose agree, do not agree or could not answer."}


def _answered(author: str) -> list[models.BaseConstraint]:
    """The constraints on each side's answer: it has a day and a user, and any but "agree" has a reason."""
    said, words, at, by = f"{author}_said", f"{author}_words", f"{author}_said_at", f"{author}_said_by__isnull"
    return [
        models.CheckConstraint(
            name=f"{author}_answer_says_when_and_by_whom",
            condition=Q(**{said: "", at: None, by: True, words: ""})
            | (~Q(**{said: ""}) & Q(**{f"{at}__isnull": False, by: False})),
            violation_error_message="An answer says when it was given and who wrote it down.",
        ),
        models.CheckConstraint(
            name=f"{author}_disagreement_has_words",
            condition=~Q(**{f"{said}__in": NEEDS_WORDS}) | ~Q(**{words: ""}),
            violation_error_message="Say why, in a few words, so that it is not lost.",
        ),
    ]


def _dated(status: Status, field: str, sentence: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{status.lower()}_goal_says_when",
        condition=Q(status=status, **{f"{field}__isnull": False}) | (~Q(status=status) & Q(**{field: None})),
        violation_error_message=sentence,
    )


class Goal(models.Model):
    """Something the person wants. Each text shows whose words it is, and each author answers for themselves."""

    Status = Status

    plan = models.ForeignKey(LifePlan, models.PROTECT, related_name="goals", db_index=False)
    title = models.CharField(max_length=300)
    why = models.TextField(max_length=1000, blank=True)
    words_of = models.CharField(max_length=15, choices=Author, error_messages=WHOSE_WORDS)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_on = models.DateField()

    good = models.CharField(max_length=15, choices=Good, blank=True)
    need = models.CharField(max_length=15, choices=Need, blank=True)
    risk_note = models.TextField(max_length=1000, blank=True)  # the practitioner's words, read by the person too
    gives_back = models.BooleanField(default=False)
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True, related_name="goals")
    target_date = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField()

    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    agreed_on = models.DateField(null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    achieved_on = models.DateField(null=True, blank=True)
    how_it_helped = models.TextField(max_length=1000, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    drop_reason = models.TextField(max_length=1000, blank=True)

    participant_said = models.CharField(max_length=20, choices=Answer, blank=True, error_messages=ANSWERS)
    participant_words = models.TextField(max_length=1000, blank=True)
    participant_said_at = models.DateTimeField(null=True, blank=True)
    participant_said_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Said by a way in that waits to be confirmed: it counts once it is.
    participant_waits_for = models.ForeignKey(SignInChange, models.PROTECT, null=True, blank=True, related_name="+")
    practitioner_said = models.CharField(max_length=20, choices=Answer, blank=True, error_messages=ANSWERS)
    practitioner_words = models.TextField(max_length=1000, blank=True)
    practitioner_said_at = models.DateTimeField(null=True, blank=True)
    practitioner_said_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()
    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="goal_says_something", condition=~Q(title=""), violation_error_message="Say what the goal is."
            ),
            models.CheckConstraint(
                name="goal_serves_a_good_or_touches_a_need",
                condition=Q(good__in=Good.values) | Q(need__in=Need.values),
                violation_error_message="Choose what this goal is good for, or the need it touches.",
            ),
            models.CheckConstraint(
                name="worked_on_goal_was_agreed",
                condition=Q(status=Status.PROPOSED, agreed_on=None)
                | Q(status=Status.DROPPED)
                | Q(status__in=[Status.AGREED, Status.PAUSED, Status.ACHIEVED], agreed_on__isnull=False),
                violation_error_message="A goal is agreed by both before it is worked on, paused or achieved.",
            ),
            models.CheckConstraint(
                name="agreed_goal_has_two_yeses",
                condition=~Q(status=Status.AGREED)
                | Q(participant_said=Answer.AGREE, practitioner_said=Answer.AGREE, participant_waits_for=None),
                violation_error_message="A goal is agreed when both have agreed to it.",
            ),
            _dated(Status.PAUSED, "paused_on", "A paused goal says since when."),
            _dated(Status.ACHIEVED, "achieved_on", "An achieved goal says when."),
            _dated(Status.DROPPED, "dropped_on", "A dropped goal says when."),
            models.CheckConstraint(
                name="dropped_goal_says_why",
                condition=Q(status=Status.DROPPED) ^ Q(drop_reason=""),
                violation_error_message="Say why the goal is dropped.",
            ),
            models.CheckConstraint(
                name="only_an_achieved_goal_helped",
                condition=Q(status=Status.ACHIEVED) | Q(how_it_helped=""),
                violation_error_message="Say how it helped once the goal is achieved.",
            ),
            models.CheckConstraint(
                name="goal_dates_in_order",
                condition=(Q(agreed_on=None) | Q(agreed_on__gte=F("proposed_on")))
                & (Q(achieved_on=None) | Q(achieved_on__gte=F("agreed_on")))
                & (Q(paused_on=None) | Q(paused_on__gte=F("agreed_on")))
                & (Q(dropped_on=None) | Q(dropped_on__gte=F("proposed_on"))),
                violation_error_message="A goal is proposed first, then agreed, then worked on.",
            ),
            *_answered("participant"),
            *_answered("practitioner"),
            models.UniqueConstraint(
                "plan",
                Lower("title"),
                name="goal_title_unique_while_open",
                condition=Q(status__in=OPEN),
                violation_error_message="There is already a goal with those words in this plan.",
            ),
        ]
        indexes = [models.Index("plan", "status", "position", name="goal_by_plan")]

    def __str__(self) -> str:
        return f"goal {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def touches_risk(self) -> bool:
        return bool(self.need or self.risk_note or self.requirement_id)

    @property
    def is_disputed(self) -> bool:
        """Someone answered, and not with a yes."""
        return any(said in NEEDS_WORDS for said in (self.participant_said, self.practitioner_said))

    def said(self, author: Author) -> str:
        answer: str = getattr(self, f"{author.lower()}_said")
        return answer

    def set_answer(
        self, author: Author, answer: str, *, words: str = "", at: datetime | None = None, by: User | None = None
    ) -> None:
        """Record what a side says; no answer clears who said it and when."""
        name = author.lower()
        setattr(self, f"{name}_said", answer)
        setattr(self, f"{name}_words", words)
        setattr(self, f"{name}_said_at", at if answer else None)
        setattr(self, f"{name}_said_by", by if answer else None)
        if author == Author.PARTICIPANT:
            self.participant_waits_for = by.unconfirmed_way if by and answer else None

    def words_can_be_edited_by(self, user: User) -> bool:
        """One's own words, or those one wrote down for the person while nobody else has answered for them."""
        if self.words_of == self.plan.author_of(user):
            return True
        return self.proposed_by_id == user.pk and self.participant_said_by_id in (None, user.pk)

    def is_late(self, today: date) -> bool:
        return self.status == Status.AGREED and self.target_date is not None and self.target_date < today

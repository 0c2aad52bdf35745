"""Steps: who does what by when to reach a goal."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from lifeplans.models.authors import WHOSE_WORDS, Author
from lifeplans.models.goals import Goal
from people.models import User, ids_seen_by


class Status(models.TextChoices):
    TO_DO = "TO_DO", "To do"
    DOING = "DOING", "Doing it"
    DONE = "DONE", "Done"
    CANNOT_YET = "CANNOT_YET", "Cannot be done yet"
    NOT_NEEDED = "NOT_NEEDED", "Not needed"


UNDONE = [Status.TO_DO, Status.DOING, Status.CANNOT_YET]


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(goal__plan__participant__in=ids_seen_by(user))

    def in_plan_of(self, participant_id: int) -> Self:
        return self.filter(goal__plan__participant=participant_id)

    def needed(self) -> Self:
        return self.exclude(status=Status.NOT_NEEDED)

    def undone(self) -> Self:
        """Still to do, in goals that are being worked on."""
        return self.filter(status__in=UNDONE, goal__status=Goal.Status.AGREED)

    def overdue(self, today: date) -> Self:
        return self.undone().filter(due_on__lt=today)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Step(models.Model):
    """One thing to do towards a goal."""

    Status = Status

    class Who(models.TextChoices):
        PARTICIPANT = "PARTICIPANT", "The person"
        PRACTITIONER = "PRACTITIONER", "The practitioner"
        VOLUNTEER = "VOLUNTEER", "A volunteer or mentor"
        FAMILY = "FAMILY", "Family or a friend"
        PROVIDER = "PROVIDER", "A service"
        OTHER = "OTHER", "Someone else"

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="steps", db_index=False)
    text = models.CharField(max_length=300)
    words_of = models.CharField(max_length=15, choices=Author, error_messages=WHOSE_WORDS)
    who = models.CharField(max_length=15, choices=Who)
    who_name = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.TO_DO)
    done_on = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_on = models.DateField()

    history = HistoricalRecords()
    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="step_says_something", condition=~Q(text=""), violation_error_message="Say what the step is."
            ),
            models.CheckConstraint(
                name="done_step_says_when",
                condition=Q(status=Status.DONE, done_on__isnull=False) | (~Q(status=Status.DONE) & Q(done_on=None)),
                violation_error_message="A step that is done says when.",
            ),
            models.CheckConstraint(
                name="someone_else_has_a_name",
                condition=~Q(who="OTHER") | ~Q(who_name=""),
                violation_error_message="Say who will do it.",
            ),
        ]
        indexes = [
            models.Index("goal", "position", name="step_by_goal"),
            models.Index("due_on", name="step_undone_by_due", condition=Q(status__in=UNDONE)),
        ]

    def __str__(self) -> str:
        return f"step {self.pk}"

    @property
    def is_undone(self) -> bool:
        return self.status in UNDONE

    @property
    def doer(self) -> str:
        return self.who_name or self.get_who_display()

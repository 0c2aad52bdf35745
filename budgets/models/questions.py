"""What whoever decides asks about a request before they answer it, and what the person asks about it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from budgets.models.requests import SpendRequest
from people.models import User, ids_seen_by


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(spend__budget__enrolment__participant__in=ids_seen_by(user))

    def open(self) -> Self:
        return self.filter(answered_at=None)

    def of_deciders(self) -> Self:
        """What holds a request up: not what the person asks."""
        return self.open().filter(from_person=False)


class Question(models.Model):
    """Asked by a manager, and answered by the person or by a colleague for them: the request waits meanwhile. Or asked
    by the person (`from_person`), whatever the answer was, and answered by whoever works with them."""

    spend = models.ForeignKey(SpendRequest, models.PROTECT, related_name="questions")
    text = models.TextField(max_length=1000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    from_person = models.BooleanField(default=False)
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_answered_question_says_by_whom",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                violation_error_message="Write an answer.",
            ),
            models.UniqueConstraint(
                "spend", name="one_question_at_a_time", condition=Q(answered_at=None),
                violation_error_message="A question about this waits for an answer already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"question {self.pk}"

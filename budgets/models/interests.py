"""The register of interests: whom and what those who handle money know outside work."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from people.models import Participant, User, ids_seen_by


class InterestQuerySet(models.QuerySet["Interest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Q(user=user) | Q(colleague=user) | Q(participant__in=ids_seen_by(user)))

    def current(self) -> Self:
        return self.filter(ended_at=None)


class Interest(models.Model):
    """Someone who works here knows a person or a colleague, or has to do with a payee, outside work. They say so
    themselves.

    Until they say that it has ended, they neither decide about that person's money nor pay it. Of two colleagues
    neither decides or pays what the other asked for.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="interests", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="interests")
    colleague = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="interests_said_of_them")
    payee = models.CharField(max_length=150, blank=True)
    how = models.CharField(max_length=500)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_interest_is_in_one_thing",
                condition=(
                    Q(participant__isnull=False, colleague=None, payee="")
                    | Q(participant=None, colleague__isnull=False, payee="")
                    | (Q(participant=None, colleague=None) & ~Q(payee=""))
                ),
                violation_error_message="Say whom or what it is about.",
            ),
            models.CheckConstraint(
                name="nobody_has_an_interest_in_themselves", condition=~Q(colleague=F("user")),
                violation_error_message="Choose someone else than yourself.",
            ),
            models.UniqueConstraint(
                "user", "colleague", name="said_of_a_colleague_once", condition=Q(ended_at=None),
                violation_error_message="You have said this already.",
            ),
            models.UniqueConstraint(
                "user", "participant", name="said_of_a_person_once", condition=Q(ended_at=None),
                violation_error_message="You have said this already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"interest {self.pk}"

"""Ways in that are given and taken away: a code on paper, and an account that is locked for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.models.access_grants import ids_seen_by
from people.models.accounts import Membership, Role, User
from people.models.participants import Participant
from people.models.sign_in_changes import SignInChange

MOST_TRIES = 5


class CodeLetterQuerySet(models.QuerySet["CodeLetter"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(participant__in=ids_seen_by(user))

    def usable(self, now: datetime) -> Self:
        """Given, and neither used, nor replaced, nor too old, nor guessed at too often."""
        return self.filter(used_at=None, withdrawn_at=None, works_until__gte=now, wrong_tries__lt=MOST_TRIES)


class CodeLetter(models.Model):
    """A first way in on paper, in the release pack. The code itself is never kept, only what proves it."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="code_letters")
    proof = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    works_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    way_in = models.OneToOneField(SignInChange, models.PROTECT, null=True, blank=True, related_name="letter")

    objects = CodeLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "participant",
                name="one_open_code_letter",
                condition=Q(used_at=None, withdrawn_at=None),
                violation_error_message="This person has a code on paper already.",
            ),
            models.CheckConstraint(
                name="code_letter_ends_after_it_begins",
                condition=Q(works_until__gt=F("given_at")),
                violation_error_message="A code on paper ends after it is given.",
            ),
            models.CheckConstraint(
                name="code_letter_dies_at_five_tries",
                condition=Q(wrong_tries__lte=MOST_TRIES),
                violation_error_message="This code was tried too often. Give a new one.",
            ),
            models.CheckConstraint(
                name="code_letter_not_both_used_and_withdrawn",
                condition=Q(used_at=None) | Q(withdrawn_at=None),
                violation_error_message="This code was used or withdrawn already.",
            ),
        ]

    def __str__(self) -> str:
        return f"paper code {self.pk}"

    @property
    def is_locked(self) -> bool:
        return self.wrong_tries >= MOST_TRIES


class LockOutQuerySet(models.QuerySet["LockOut"]):
    def visible_to(self, user: User) -> Self:
        """Accounts of the viewer's own teams, and of the participants they see; staff's for an administrator."""
        staff = Membership.objects.current(timezone.localdate()).exclude(role=Role.PARTICIPANT)
        known = staff if Role.ADMINISTRATOR in user.roles else staff.filter(team__in=user.team_ids)
        participants = Participant.objects.visible_to(user).exclude(user=None)
        return self.filter(Q(user__in=known.values("user")) | Q(user__in=participants.values("user")))

    def locked(self, now: datetime) -> Self:
        return self.filter(unlocked_at=None, until__gt=now)


class LockOut(models.Model):
    """An account was tried too often and is locked until then, or until someone unlocks it. Kept as the record."""

    class Why(models.TextChoices):
        PASSWORD = "PASSWORD", "Wrong passwords"
        SECOND = "SECOND", "Wrong codes from an app"
        ASKED = "ASKED", "Too many codes asked for"

    user = models.ForeignKey(User, models.PROTECT, related_name="lock_outs")
    why = models.CharField(max_length=8, choices=Why)
    locked_at = models.DateTimeField()
    until = models.DateTimeField()
    unlocked_at = models.DateTimeField(null=True, blank=True)
    unlocked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = LockOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unlocking_says_who_and_when",
                condition=Q(unlocked_at=None, unlocked_by=None)
                | Q(unlocked_at__isnull=False, unlocked_by__isnull=False),
                violation_error_message="An unlocked account says who unlocked it and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"lock-out {self.pk}"

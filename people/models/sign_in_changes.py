"""Changes of where someone signs in, told to the earlier address. A second person confirms what staff changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q

from people.models.access_grants import ids_seen_by
from people.models.accounts import User
from people.models.participants import Participant

OPEN = ["WAITING", "DISPUTED"]


class SignInChangeQuerySet(models.QuerySet["SignInChange"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the people one sees."""
        return self.filter(Q(account=user) | Q(participant__in=ids_seen_by(user)))

    def open(self) -> Self:
        """Those that wait for somebody's yes or no."""
        return self.filter(state__in=OPEN)

    def open_or_since(self, moment: datetime) -> Self:
        """Those that wait for an answer, then those made since, newest first."""
        found = self.filter(Q(state__in=OPEN) | Q(at__gte=moment)).annotate(is_settled=~Q(state__in=OPEN))
        return found.select_related("by").order_by("is_settled", "-at", "-pk")

    def to_answer_by(self, user: User | int, now: datetime, may_change: Q) -> Self:
        """Those that this user may answer: of people whose record they may change, and not of their own doing.

        What followed from another way in, and a letter's use, is answered with that one. A letter that nobody can use
        any more needs no answer.
        """
        letters = apps.get_model("people", "CodeLetter")._default_manager.filter(used_at=None)
        dead = letters.filter(Q(withdrawn_at__isnull=False) | Q(works_until__lt=now)).values("way_in")
        rows = self.open().filter(may_change)
        rows = rows.filter(Q(through=None) | Q(state=SignInChange.State.DISPUTED)).exclude(pk__in=dead)
        rows = rows.exclude(kind=SignInChange.Kind.LETTER_USED, through__state=SignInChange.State.DISPUTED)
        return rows.exclude(by=user).exclude(Q(written_by=user) & Q(written_by__isnull=False)).exclude(account=user)

    def denying(self, account: Any, moment: Any) -> Self:
        """Those of an account that were open then, and that its owner denies or that were found not to be theirs."""
        denied = Q(state="DISPUTED") | Q(state="REFUSED", answered_at__gte=moment)
        return self.filter(denied, account=account, at__lte=moment, participant__isnull=False)

    def since(self, moment: datetime) -> Self:
        """Made, or answered, since then."""
        return self.filter(Q(at__gte=moment) | Q(answered_at__gte=moment))

    def by_staff_since(self, user: int, since: datetime) -> Self:
        """Ways in that this user (by id) gave a participant, or changed, that were made or answered since then."""
        theirs = Q(by=user) | Q(written_by=user, typed=True)
        return self.since(since).filter(theirs, participant__isnull=False).exclude(account=user)


class SignInChange(models.Model):
    """One change of one account. `address` and `before` are where codes go now and went before."""

    class Kind(models.TextChoices):
        PHONE = "PHONE", "Phone number for codes"
        EMAIL = "EMAIL", "E-mail address for codes"
        LETTER = "LETTER", "Code on paper made"
        LETTER_USED = "LETTER_USED", "Code on paper used"
        PASSWORD = "PASSWORD", "Password"
        SECOND = "SECOND", "Second step"
        SSO = "SSO", "Organisation account"

    class State(models.TextChoices):
        NOTED = "NOTED", "Noted"
        WAITING = "WAITING", "Waiting to be confirmed"
        CONFIRMED = "CONFIRMED", "Confirmed"
        DISPUTED = "DISPUTED", "Said not to be theirs"
        REFUSED = "REFUSED", "Not theirs"

    account = models.ForeignKey(User, models.PROTECT, related_name="sign_in_changes", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="sign_in_changes")
    kind = models.CharField(max_length=11, choices=Kind)
    what = models.CharField(max_length=200)
    address = models.CharField(max_length=254, blank=True)
    before = models.CharField(max_length=254, blank=True)
    through = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="what_followed")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    typed = models.BooleanField(default=True)  # false where `written_by` took the address in with a file
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.NOTED)
    disputed_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)  # when the account's owner said that it was them

    objects = SignInChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_answered_sign_in_change_says_by_whom",
                condition=Q(state__in=["CONFIRMED", "REFUSED"], answered_by__isnull=False, answered_at__isnull=False)
                | Q(state__in=["NOTED", "WAITING", "DISPUTED"]),
                violation_error_message="An answer says who gave it and when.",
            ),
            models.CheckConstraint(
                name="nobody_confirms_a_way_in_that_they_gave",
                condition=Q(answered_by=None)
                | (
                    (Q(written_by=None) | ~Q(answered_by=F("written_by")))
                    & (Q(through__isnull=False) | ~Q(answered_by=F("by")))
                ),
                violation_error_message="Someone who had no part in it has to confirm it.",
            ),
            models.CheckConstraint(
                name="a_disputed_sign_in_change_says_when",
                condition=~Q(state="DISPUTED") | Q(disputed_at__isnull=False),
                violation_error_message="What was said not to be theirs says when.",
            ),
            models.CheckConstraint(
                name="only_a_participants_way_in_waits",
                condition=~Q(state="WAITING") | Q(participant__isnull=False),
                violation_error_message="Only a participant’s way in waits to be confirmed.",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="sign_in_change_by_account"),
            models.Index("participant", name="sign_in_change_open", condition=Q(state__in=["WAITING", "DISPUTED"])),
            models.Index("by", "at", name="sign_in_change_by_maker"),
        ]

    def __str__(self) -> str:
        return f"change of sign-in {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def hands(self) -> set[int]:
        """The users who had a part in it, who may not confirm it."""
        return {pk for pk in (self.by_id, self.written_by_id) if pk}

    @property
    def givers(self) -> set[int]:
        """Those who gave it or changed it themselves, who for a while have no say over the person's money."""
        return self.hands if self.typed else {self.by_id}

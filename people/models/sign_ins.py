"""Sign-ins and failed tries at one, for the account's owner to see."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from people.models.accounts import User


class SignInQuerySet(models.QuerySet["SignIn"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(account=user)

    def before(self, moment: datetime) -> Self:
        return self.filter(at__lt=moment)


class SignIn(models.Model):
    """Someone signed in to this account, or tried to and was refused. Rows are only added, and go after half a year."""

    class How(models.TextChoices):
        PASSWORD = "PASSWORD", "password"
        SECOND = "SECOND", "second step"
        CODE = "CODE", "code"
        LETTER = "LETTER", "code on paper"
        SSO = "SSO", "organisation account"

    account = models.ForeignKey(User, models.PROTECT, related_name="sign_ins", db_index=False)
    at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=How)
    succeeded = models.BooleanField()
    device = models.CharField(max_length=60, blank=True)  # "Chrome on Windows"
    place = models.GenericIPAddressField(null=True, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="sign_in_by_account"),
            models.Index(fields=["at"], name="sign_in_by_day"),
        ]

    def __str__(self) -> str:
        return f"sign-in {self.pk}"

"""Refuse passwords that are common, were in breaches, or are easily guessed from words, names, dates and patterns."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from people.models import User

GUESSES = 10**10  # what a slow hash withstands for long, by zxcvbn's own scale
READ = 72  # letters that are looked at: the time grows with their square
TOO_EASY = (
    "This password is common or easy to guess. Put three or four words together that have nothing to do with "
    "each other."
)


def _known(user: User | None) -> list[str]:
    """What anyone could guess of this service and this account, written in each of the usual ways."""
    told = [settings.SERVICE_NAME, user.name if user else "", (user and user.email or "").partition("@")[0]]
    words = [re.findall(r"\w+", each.lower()) for each in told]
    return [joint.join(each) for each in words for joint in ("", " ", ".", "-", "_")] + sum(words, [])


class PasswordStrengthValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        if zxcvbn(password[:READ], user_inputs=_known(user))["guesses"] < GUESSES:
            raise ValidationError(TOO_EASY, code="password_too_easy")

    def get_help_text(self) -> str:
        return TOO_EASY

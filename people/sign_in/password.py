"""A password or an organisation account that changes is a change of sign-in like any other."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.dispatch import receiver
from django.utils import timezone

from people.access import sign_in_changes
from people.models import SignInChange, User

Kind = SignInChange.Kind


@receiver([password_changed, password_set])
def note_change(sender: Any, user: User, **kwargs: Any) -> None:
    _note(user, Kind.PASSWORD, "It was changed by someone who was signed in")


@receiver(password_reset)
def note_reset(sender: Any, user: User, **kwargs: Any) -> None:
    _note(user, Kind.PASSWORD, "It was changed by the link in an e-mail")


@receiver(social_account_added)
def note_organisation(sender: Any, sociallogin: SocialLogin, **kwargs: Any) -> None:
    _note(sociallogin.user, Kind.SSO, "An account of the organisation signs in to it now")


def _note(user: User, kind: SignInChange.Kind, what: str) -> None:
    sign_in_changes.record(account=user, kind=kind, what=what, by=user, now=timezone.now())

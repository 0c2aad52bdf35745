"""The second factor: who must have one, how its secrets are encrypted, and telling its owner of each change."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login, unstash_login
from allauth.account.signals import authentication_step_completed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages as notes
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from common import encryption
from common.postgres.actor import as_service
from common.registry import Registry
from people.access import sign_in_changes
from people.models import SignInChange, User

Kind = SignInChange.Kind
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
ENTERED = "entered_the_demo"  # in a session that began on the demo's page of roles
SET_UP: Registry[str] = Registry()  # names of pages open to who has no second factor yet
SET_UP.add(
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout", "account_leave",
    "account_stay",
)  # fmt: skip
FIRST_STEP = "first_step"  # in the session: the account's state at the first step, and when that was
FIRST_LASTS = 600  # seconds
Next = Callable[[HttpRequest], HttpResponse]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Check it and try again.",
        "cannot_delete_authenticator": "This is the only second step you have. Add another one first.",
        "cannot_generate_recovery_codes": "Set up an app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text, encryption.SECOND_FACTORS)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text, encryption.SECOND_FACTORS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not settings.SECOND_FACTOR or has_factor(authenticator.user, but=authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return str(settings.SERVICE_NAME)


@as_service()
def has_factor(user: User, *, but: Authenticator | None = None) -> bool:
    factors = Authenticator.objects.filter(user=user, type__in=FACTORS)
    return (factors.exclude(pk=but.pk) if but else factors).exists()


def must_set_up(request: HttpRequest) -> bool:
    """Whether the signed-in account must set one up before anything else.

    Not after the demo's page of roles, which is there only where DEMO is true. Not after single sign-on, which asks for
    a second factor itself.
    """
    user = request.user
    if not (settings.SECOND_FACTOR and isinstance(user, User)) or user.is_only_participant:
        return False
    if settings.DEMO and request.session.get(ENTERED):
        return False
    by = {record.get("method") for record in get_authentication_records(request, user)}
    return "socialaccount" not in by and not has_factor(user)


class SecondFactorMiddleware:
    """Let an account that lacks its second factor reach only the pages that set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.view_name == "mfa_authenticate" and _first_step_is_over(request):
            clear_login(request)
            notes.error(request, "That took too long, or your password has changed. Sign in again.")
            return redirect("account_login")
        if match is not None and match.view_name not in SET_UP and must_set_up(request):
            return redirect("mfa_index")
        return None


@as_service()
def _first_step_is_over(request: HttpRequest) -> bool:
    """Whether the first step of this sign-in is too old, or from before the password changed."""
    login = None if request.user.is_authenticated else unstash_login(request, peek=True)
    if login is None or login.user is None:
        return False
    tie, at = request.session.get(FIRST_STEP, ("", 0))
    return bool(tie != login.user.get_session_auth_hash() or time.time() - at > FIRST_LASTS)


@receiver(authentication_step_completed)
def keep_first_step(sender: Any, request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    if method != "mfa":
        request.session[FIRST_STEP] = [user.get_session_auth_hash(), time.time()]


@receiver([authentication_step_completed, authenticator_added])
def change_session_key(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Change the session key at each step of signing in, so that an earlier one is worth nothing."""
    if kwargs.get("reauthenticated"):  # their identity was known already
        return
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@receiver([authenticator_added, authenticator_reset])
def note_adding(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(user, authenticator, "was added")


@receiver(authenticator_removed)
def note_removing(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(user, authenticator, "was taken away")


WHAT = {
    Authenticator.Type.TOTP: "An app for codes",
    Authenticator.Type.WEBAUTHN: "A passkey",
    Authenticator.Type.RECOVERY_CODES: "A set of recovery codes",
}


def _note(user: User, authenticator: Authenticator, happened: str) -> None:
    if authenticator.type in WHAT:
        what = f"{WHAT[authenticator.type]} {happened}"
        sign_in_changes.record(account=user, kind=Kind.SECOND, what=what, by=user, now=timezone.now())

"""allauth's adapter to our accounts: no sign-up, phones on the user row, codes through the outbox."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from common.postgres.actor import SYSTEM, acting_as
from people.messaging import message_queue, sms_limits
from people.models import Channel, LockOut, Message, SignIn, User
from people.sign_in import known_devices, lockouts, sign_ins, sso, ways

How = SignIn.How
SILENT = {"account/email/unknown_account", "account/email/account_already_exists"}
WRONG_PAIR = "The e-mail address or the password is not right. Check both and try again." + (
    f" If you usually sign in with {settings.OIDC_NAME}, use its button." if settings.OIDC_URL else ""
)
TOO_MANY = (
    "That was tried too often. Wait five minutes, then try again. "
    "If you still cannot get in, ask your manager, or your practitioner, to have your account unlocked."
)
RECENT = 300  # seconds after signing in during which nobody has to sign in again
WRONG_CODE = "That code is not right. Check it and try again."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG_PAIR,
        "phone_password_mismatch": WRONG_PAIR,
        "invalid_login": WRONG_PAIR,
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "enter_current_password": "That is not the password you have now.",
        "incorrect_password": "That password is not right. Check it and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link begins with BASE_URL: what a request says of its host may be anyone's."""
        return settings.BASE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try. allauth's own count would let a stranger keep an account's owner out."""
        address = str(credentials.get("email") or credentials.get("phone") or "").lower()
        user = User.objects.filter(email=address).first()
        try:
            self._login_failed_rl_usage = lockouts.count(
                request, LockOut.Why.PASSWORD, address, known_devices.known(request, user)
            )
        except lockouts.TooMany as refusal:
            lockouts.note(request, user, LockOut.Why.PASSWORD, refusal.until)
            raise self.validation_error("too_many_login_attempts") from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = str(credentials.get("email") or "").lower()
        sign_ins.note(request, User.objects.filter(email=address).first(), How.PASSWORD, succeeded=False)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs) or ways.stopped(request, user)
        return answer

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Refuse a password for an account that uses single sign-on: a right one is answered like a wrong one."""
        by_sso = sso.signs_in_at(str(credentials.get("email") or ""))
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            return None
        if by_sso or sso.signs_in(user):
            self.authentication_failed(request, **credentials)
            return None
        super()._rollback_login_failed_rl_usage()
        return user

    def _rollback_login_failed_rl_usage(self) -> None:
        """Do nothing yet. allauth would give the try back on the password alone, and `authenticate` checks more."""

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email or "", password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        records = get_authentication_records(context.request, context.request.user)
        just_now = any(time.time() - record["at"] < RECENT for record in records)
        return not just_now and bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (str(user.phone), True) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone, is_active=True).first()

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Change nothing: `services.move_sign_in` alone changes where codes go."""

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Take every phone as verified, since a practitioner records it."""

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        now = timezone.now()
        if sms_limits.sent([phone], now=now).too_many(phone, Message.Kind.CODE):
            return  # the page says the same either way, and what to do where no code comes
        body = f"{code} is your {settings.SERVICE_NAME} code. It works for 3 minutes. Tell it to no one."
        _queue(channel=Channel.SMS, address=phone, subject="", body=body, now=now, not_after=now + _code_life())

    def send_to_nobody(self, to: str) -> None:
        """Do the work of sending to an account, and roll it back, so that it takes as long and leaves nothing."""
        code = self.generate_login_code()
        with taken_back():
            if "@" in to:
                self.send_mail("account/email/login_code", to, {"code": code})
            else:
                self.send_verification_code_sms(None, to, code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Send nothing to a number without an account. The page says the same either way."""

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Send nothing, since nobody can sign up."""

    def send_mail(self, template_prefix: str, email: str, words: dict[str, Any]) -> None:
        """Queue the message in the outbox; nothing to an address without an account."""
        if template_prefix in SILENT:
            return
        mail = self.render_mail(template_prefix, email, {**words, "service_name": settings.SERVICE_NAME})
        now = timezone.now()
        life = _code_life() if "code" in words else None
        _queue(
            channel=Channel.EMAIL,
            address=email,
            subject=mail.subject[:150],
            body=str(mail.body),
            now=now,
            not_after=now + life if life else None,
        )


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _code_life() -> timedelta:
    return timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


@acting_as(SYSTEM)  # nobody is signed in yet
def _queue(*, channel: str, address: str, subject: str, body: str, now: datetime, not_after: datetime | None) -> None:
    Message.objects.create(
        dedupe_key=f"sign-in:{uuid.uuid4()}",
        channel=channel,
        address=address,
        kind=Message.Kind.CODE,
        subject=subject,
        **message_queue.kept_closed(body),
        queued_at=now,
        not_before=now,
        not_after=not_after,
    )

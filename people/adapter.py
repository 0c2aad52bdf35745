"""How allauth meets our accounts: no self-made accounts, phones on the user row, codes through the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from people.models import Channel, Message, User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (str(user.phone), True) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Phones come from the record a practitioner keeps, so they are verified as they are."""

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        self._send_code(phone, code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Nothing is sent to a number that has no account, and the page says the same either way."""

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Nobody can sign up, so there is nothing to say."""

    def _send_code(self, phone: str, code: str) -> None:
        now = timezone.now()
        Message.objects.create(
            dedupe_key=f"code:{phone}:{now.timestamp()}",
            channel=Channel.SMS,
            address=phone,
            body=f"{code} is your {settings.SERVICE_NAME} code. It works for 3 minutes.",
            queued_at=now,
            not_before=now,
            not_after=now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
        )

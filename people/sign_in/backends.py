"""Find the account that signs in, or is signed in. Until it is known who acts, the service alone reads accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from common.postgres.actor import as_service
from people.models import User


class AccountBackend(AuthenticationBackend):
    @as_service()
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        return super().authenticate(request, **credentials)

    @as_service()
    def get_user(self, user_id: int) -> User | None:
        return super().get_user(user_id)

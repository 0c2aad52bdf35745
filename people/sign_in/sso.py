"""Single sign-on through the organisation's provider (OpenID Connect), for existing accounts only."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.models import User

log = logging.getLogger(__name__)


class SsoAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Match by subject once linked, the first time by verified e-mail; never by a name one can choose."""
        told = sociallogin.account.extra_data
        if "id_token" not in told:  # the answer of a sign-in; `userinfo` alone is anyone's who has a token
            raise ImmediateHttpResponse(unknown(request))
        if len({str(told[part].get("sub")) for part in ("userinfo", "id_token") if part in told}) != 1:
            raise ImmediateHttpResponse(unknown(request))
        if settings.SECOND_FACTOR and not _by_two_steps(told["id_token"]):
            log.warning("single sign-on by one step was refused: its token has no word of OIDC_STRENGTH")
            raise ImmediateHttpResponse(by_one_step(request))
        if not sociallogin.is_existing:
            user = _whose(told)
            if user is None:
                raise ImmediateHttpResponse(unknown(request))
            sociallogin.connect(request, user)
        if sociallogin.user.is_only_participant:
            raise ImmediateHttpResponse(unknown(request))

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Do nothing: allauth's own way would remove the account's password."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Exception | None = None, **problem: Any
    ) -> None:
        raise ImmediateHttpResponse(unreachable(request, exception))

    def get_requests_session(self) -> Any:
        """Follow no redirects: the provider says itself where each of its parts is."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session


def signs_in(user: User) -> bool:
    """Whether this account uses single sign-on, and so no password of ours."""
    return bool(settings.OIDC_URL) and SocialAccount.objects.filter(user=user).exists()


def signs_in_at(email: str) -> bool:
    """The same for an e-mail address. It is asked whatever password is typed, so that it takes as long."""
    return bool(settings.OIDC_URL) and SocialAccount.objects.filter(user__email=email.lower()).exists()


def _whose(told: dict[str, Any]) -> User | None:
    """Return the active staff account whose e-mail address the provider has verified."""
    said = told.get("userinfo") or told.get("id_token") or {}
    email = str(said.get("email") or "").lower()
    if not email or said.get("email_verified") is not True:
        return None
    user = User.objects.filter(email=email, is_active=True).first()
    return None if user is None or user.is_only_participant else user


def _by_two_steps(token: dict[str, Any]) -> bool:
    """Whether the provider says that this sign-in was as strong as OIDC_STRENGTH asks."""
    ways = token.get("amr")
    said = {str(token.get("acr")), *(map(str, ways) if isinstance(ways, list) else [])}
    return bool(said & set(settings.OIDC_STRENGTH))


def by_one_step(request: HttpRequest) -> HttpResponse:
    return render(request, "account/sso_one_step.html", status=403)


def unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "account/sso_unknown.html", status=403)


def unreachable(request: HttpRequest, problem: Exception | None) -> HttpResponse:
    log.warning("single sign-on failed: %s", repr(problem.__cause__ or problem) if problem else "stopped half way")
    return render(request, "account/sso_failed.html", status=502)

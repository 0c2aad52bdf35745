"""To the organisation's sign-in page and back."""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from requests import RequestException

from people.sign_in import sso

SIGNED_BY = ["RS256", "PS256", "ES256"]
CLOCKS_APART = 60  # seconds between their clock and ours


class OrganisationAdapter(OpenIDConnectOAuth2Adapter):
    """People come back to BASE_URL: what a request says of its host may be anyone's."""

    def get_provider(self) -> Any:
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self)  # on the way there as on the way back
        return provider

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return settings.BASE_URL + reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if str(found.get("issuer", "")).rstrip("/") != settings.OIDC_URL:
            raise OAuth2Error("OIDC_URL names another issuer than the provider does")
        return found

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Read what the token says, if the provider signed it. allauth trusts the connection it came by."""
        try:
            told: dict[str, Any] = jwt.decode(
                id_token, self._key_of(id_token), algorithms=SIGNED_BY, issuer=self.openid_config["issuer"],
                audience=app.client_id, leeway=CLOCKS_APART, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, ValueError) as problem:
            raise OAuth2Error("The token of the sign-in cannot be believed") from problem
        return told

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        return jwt.PyJWKSet.from_dict(answer.json())[jwt.get_unverified_header(id_token)["kid"]]


@login_not_required
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead there by a page, because the content policy lets no form of ours be redirected to another site."""
    if not settings.OIDC_URL:
        raise Http404
    if request.method != "POST":
        return redirect("account_login")
    answer = _step(OAuth2LoginView, request, provider_id)
    there = answer.get("Location")
    return render(request, "account/to_sso.html", {"there": there}) if there else answer


@login_not_required
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    if not settings.OIDC_URL:
        raise Http404
    return _step(OAuth2CallbackView, request, provider_id)


def _step(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(OrganisationAdapter(request, provider_id))(request)
    except (OAuth2Error, RequestException) as problem:
        return sso.unreachable(request, problem)
    return answer

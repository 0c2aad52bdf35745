"""To the organisation's sign-in page and back."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from requests import RequestException

from people.sign_in import sso


class OrganisationAdapter(OpenIDConnectOAuth2Adapter):
    """People come back to BASE_URL: what a request says of its host may be anyone's."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return settings.BASE_URL + reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})


@login_not_required
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead there by a page, because the content policy lets no form of ours be redirected to another site."""
    if not settings.OIDC_URL:
        raise Http404
    if request.method != "POST":
        return redirect("account_login")
    try:
        answer: HttpResponse = OAuth2LoginView.adapter_view(OrganisationAdapter(request, provider_id))(request)
    except RequestException:
        return sso.unreachable(request)
    there = answer.get("Location")
    return render(request, "account/to_sso.html", {"there": there}) if there else answer


@login_not_required
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    if not settings.OIDC_URL:
        raise Http404
    answer: HttpResponse = OAuth2CallbackView.adapter_view(OrganisationAdapter(request, provider_id))(request)
    return answer

"""To the organisation's sign-in page and back."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from requests import RequestException

from people.sign_in import sso


@login_not_required
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead there by a page, because the content policy lets no form of ours be redirected to another site."""
    if not settings.OIDC_URL:
        raise Http404
    if request.method != "POST":
        return redirect("account_login")
    try:
        answer: HttpResponse = views.login(request, provider_id)
    except RequestException:
        return sso.unreachable(request)
    there = answer.get("Location")
    return render(request, "account/to_sso.html", {"there": there}) if there else answer


@login_not_required
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    if not settings.OIDC_URL:
        raise Http404
    answer: HttpResponse = views.callback(request, provider_id)
    return answer

"""Where our accounts differ from allauth's: who signs in by code has no password to change."""

from __future__ import annotations

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from people.access import actor


def password_change(request: HttpRequest) -> HttpResponse:
    if not actor(request).has_usable_password():
        return redirect("home")
    return views.password_change(request)

"""An account's own pages: password, second factor, sessions, and leaving."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.account.internal.flows.logout import logout as sign_out
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from common import places
from common.middleware import takes_nothing
from people.access import sign_in_changes
from people.access.abilities import View, actor
from people.models import User
from people.sign_in import devices, second_factor, session_timeout, sign_ins, sso

CODE_OVER = "That was three wrong codes, so that code works no more. Ask for a new one here."
NOTHING_LEFT = '"cache", "storage"'  # what the browser forgets when someone signs out


def staff_only(view: Callable[..., Any]) -> View:
    """Refuse participants: they sign in by a code, and have no password and no second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and actor(request).is_only_participant:
            return redirect(places.url_of("home"))
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return guarded


@staff_only
def account_home(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    context = {"factors": second_factor.has_factor(user), "has_password": _has_password(user)}
    return render(request, "account/home.html", context | {"changes": sign_in_changes.recent(user, timezone.now())})


def _has_password(user: User) -> bool:
    """Whether the account has a password of ours; not with single sign-on."""
    return user.has_usable_password() and not sso.signs_in(user)


@staff_only
def password_change(request: HttpRequest) -> HttpResponse:
    if not _has_password(actor(request)):
        return redirect(places.url_of("home"))
    return views.password_change(request)


def account_sessions(request: HttpRequest) -> HttpResponse:
    """Show where I am signed in, the latest first."""
    found = sorted(UserSession.objects.purge_and_list(actor(request)), key=lambda s: s.last_seen_at, reverse=True)
    rows = [{"session": s, "device": devices.in_words(s.user_agent), "here": _is_here(request, s)} for s in found]
    frame = "base_portal.html" if actor(request).is_only_participant else "base_plain.html"
    context = {"rows": rows, "frame": frame, "others": any(not row["here"] for row in rows)}
    context["sign_ins"] = sign_ins.of(actor(request))
    if actor(request).is_only_participant:  # staff have them on their account's page
        context["changes"] = sign_in_changes.recent(actor(request), timezone.now())
    return render(request, "account/sessions.html", context | {"has_password": _has_password(actor(request))})


def _is_here(request: HttpRequest, session: UserSession) -> bool:
    return bool(session.session_key == request.session.session_key)


@require_POST
def account_session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one other session."""
    others = UserSession.objects.filter(user=actor(request)).exclude(session_key=request.session.session_key)
    get_adapter().end_sessions([get_object_or_404(others, pk=pk)])
    messages.success(request, "Signed out there.")
    return redirect("account_sessions")


@require_POST
def account_sessions_end(request: HttpRequest) -> HttpResponse:
    others = UserSession.objects.filter(user=actor(request)).exclude(session_key=request.session.session_key)
    get_adapter().end_sessions(others)
    messages.success(request, "Signed out everywhere else.")
    return redirect("account_sessions")


@staff_only
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a passkey, unless it is the only second factor and one is needed."""
    mine = Authenticator.objects.filter(user=authenticated_user(request), type=Authenticator.Type.WEBAUTHN)
    adapter = second_factor.SecondFactorAdapter()
    if request.method == "POST" and not adapter.can_delete_authenticator(get_object_or_404(mine, pk=pk)):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")
    return passkeys.remove_webauthn(request, pk=pk)


class EnterCode(views.ConfirmLoginCodeView):
    """Enter the code. An empty box costs no try, and three wrong codes end the code, not the account."""

    def form_invalid(self, form: Form) -> HttpResponse:
        guessed = bool(form.data.get("code", "").strip())
        if guessed and not self._process.record_invalid_attempt():
            messages.error(self.request, CODE_OVER)
            return redirect("account_request_login_code")
        answer: HttpResponse = FormView.form_invalid(self, form)
        return answer


@takes_nothing
@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = views.logout(request)
    if request.method == "POST":
        answer["Clear-Site-Data"] = NOTHING_LEFT
    return answer


@takes_nothing
@require_POST
def account_stay(request: HttpRequest) -> HttpResponse:
    """Extend the session. The page's script asks when someone types or presses the warning's button."""
    session_timeout.renew(request)
    return JsonResponse(session_timeout.left(request))


@takes_nothing
@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out, and go to a page that says nothing about anyone."""
    sign_out(request, show_message=False)
    answer = redirect(settings.QUICK_EXIT_URL)
    answer["Clear-Site-Data"] = NOTHING_LEFT
    return answer

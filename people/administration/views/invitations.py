"""Inviting someone, and the page their link opens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import done, press
from people.access.abilities import Can, actor, only
from people.administration import invitations, role_requests
from people.administration.forms import AcceptForm, InviteForm
from people.models import Invitation, Role, User

PAGE = 25
SENT = "The invitation is on its way. The link works once, for seven days."
WAITS = "The invitation goes out once another administrator, or a manager of that team, agrees to the role."


@only(Can.MANAGE_ACCOUNTS)
def invitation_list(request: HttpRequest) -> HttpResponse:
    waiting = (
        Invitation.objects.waiting().select_related("team", "invited_by", "role_request").order_by("-invited_at", "-pk")
    )
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    return render(request, "people/invitation_list.html", {"page_obj": page, "now": timezone.now()})


@only(Can.MANAGE_ACCOUNTS)
def invitation_new(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, initial={name: request.GET.get(name, "") for name in ("role", "team")})
    if request.method == "POST" and done(
        form,
        lambda role, **given: role_requests.invite(role=Role(role), by=actor(request), now=timezone.now(), **given),
    ):
        messages.success(request, WAITS if role_requests.needs_a_second(form.cleaned_data["role"]) else SENT)
        return redirect("people:invitation-list")
    return render(request, "people/invitation_new.html", {"form": form})


@only(Can.MANAGE_ACCOUNTS)
@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    return press(
        request,
        lambda: invitations.send_again(invitation=invitation, by=actor(request), now=timezone.now()),
        said=f"A new link is on its way to {invitation.name}. The old one no longer works.",
        to=reverse("people:invitation-list"),
    )


@only(Can.MANAGE_ACCOUNTS)
@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    return press(
        request,
        lambda: invitations.withdraw_invitation(invitation=invitation, by=actor(request), now=timezone.now()),
        said=f"The link sent to {invitation.name} no longer works.",
        to=reverse("people:invitation-list"),
    )


@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password. A link that cannot be used gets the same plain page, whatever the reason."""
    now = timezone.now()
    try:
        invitation = invitations.of_link(token=token, now=now)
        form = AcceptForm(request.POST or None, account=User(name=invitation.name, email=invitation.email))
        if request.method == "POST" and form.is_valid():
            password, today = form.cleaned_data["password1"], timezone.localdate(now)
            invitations.accept(invitation=invitation, password=password, today=today, now=now)
            logout(request)  # someone else may be signed in at this screen
            messages.success(request, "Your account is ready. Sign in with your e-mail address and password.")
            return redirect("account_login")
    except invitations.LinkDead:
        return render(request, "people/invitation_dead.html", status=404)
    return render(request, "people/invitation_accept.html", {"invitation": invitation, "form": form})

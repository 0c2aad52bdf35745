"""Pages of accounts, for administrators. None shows a participant."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.postgres.actor import as_service
from common.rows import Pages
from common.submitting import done, press
from people.access import sign_in_changes
from people.access.abilities import Can, actor, only
from people.administration import accounts, role_requests
from people.administration.forms import AccountFilter, EndRoleForm, MoveForm, RoleForm, SuspendForm
from people.caseload import reallocation
from people.models import AccountEvent, DeliveryUnit, ExportRequest, Invitation, Membership, Role, RoleRequest, User

PAGE = 25
MOST = 20  # files in a card above the list, the oldest first
WAITS = "Asked for. It begins once another administrator, or a manager of that team, agrees."
ASKED = ("team", "asked_by")
STAFF_ROLES = Membership.objects.exclude(role=Role.PARTICIPANT).select_related("team").order_by("starts_on", "pk")


def found(asked: dict[str, Any], today: date) -> QuerySet[User]:
    """Return the accounts that match the filters, by name."""
    people, roles = User.objects.staff(), STAFF_ROLES.current(today)
    if words := asked.get("q"):
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    for name in ("role", "team"):
        roles = roles.filter(**{name: asked[name]}) if name in asked else roles
    if {"role", "team"} & set(asked):
        people = people.filter(pk__in=roles.values("user"))
    state = asked.get("state")
    if state == "none":
        people = people.exclude(pk__in=STAFF_ROLES.current(today).values("user"))
    elif state:
        people = people.filter(is_active=state == "active")
    return people.order_by("name", "pk")


def page_of(asked: dict[str, Any], number: str | None, today: date) -> Page[Any]:
    """Return one page of the accounts that match, with today's roles.

    The service puts them in order, since the database asks of each name that the user reads whether they may.
    """
    with as_service():
        page = Pages(found(asked, today), PAGE).get_page(number)
        keys = [account.pk for account in page]
    current = Prefetch("memberships", STAFF_ROLES.current(today), to_attr="current_roles")
    page.object_list = list(User.objects.filter(pk__in=keys).prefetch_related(current).order_by("name", "pk"))
    return page


@only(Can.MANAGE_ACCOUNTS)
def account_list(request: HttpRequest) -> HttpResponse:
    form = AccountFilter(request.GET)
    page = page_of(form.asked, request.GET.get("page"), timezone.localdate())
    count = page.paginator.count
    context = {
        "form": form,
        "page_obj": page,
        "narrowed": bool(form.asked),
        "found": f"{count:,} {'account' if count == 1 else 'accounts'}",
        "waiting": Invitation.objects.waiting().count(),
        "to_answer": RoleRequest.objects.to_answer_by(actor(request)).select_related(*ASKED).order_by("asked_at", "pk"),
        "denied": sign_in_changes.denied(),
        "exports": _exports(request),
        "unmanaged": DeliveryUnit.objects.filter(nobodys_people__gt=0).order_by("name"),
    }
    return render(request, "people/account_list.html", context)


@as_service()
def _exports(request: HttpRequest) -> list[ExportRequest]:
    """Files of the data-protection officer's that wait for this user's answer."""
    waiting = ExportRequest.objects.to_answer_by(actor(request)).select_related("asked_by")
    return list(waiting.order_by("asked_at", "pk")[:MOST])


def _account(pk: int) -> User:
    return get_object_or_404(User.objects.staff(), pk=pk)


def _role(account: User, pk: int, today: date) -> Membership:
    """Return one of the account's roles that has not ended."""
    open_ = STAFF_ROLES.not_ended(today).select_related("user", "team")
    return get_object_or_404(open_, pk=pk, user=account)


@only(Can.MANAGE_ACCOUNTS)
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    account, today = _account(pk), timezone.localdate()
    roles = list(STAFF_ROLES.filter(user=account))
    invitation = Invitation.objects.filter(account=account).select_related("invited_by").first()
    context = {
        "account": account,
        "own": account.pk == actor(request).pk,
        "now": [m for m in roles if m.starts_on <= today and not m.has_ended(today)],
        "later": [m for m in roles if m.starts_on > today],
        "past": [m for m in roles if m.has_ended(today)],
        "invitation": invitation,
        "waits": account.role_requests.waiting().select_related(*ASKED).order_by("asked_at", "pk"),
        "leads": reallocation.size(of=account, today=today),
        "events": AccountEvent.objects.filter(account=account).select_related("by").order_by("-at", "-pk")[:50],
    }
    return render(request, "people/account_detail.html", context)


@only(Can.MANAGE_ACCOUNTS)
def role_give(request: HttpRequest, pk: int) -> HttpResponse:
    account, now = _account(pk), timezone.now()
    today = timezone.localdate(now)
    form = RoleForm(request.POST or None, today=today)
    if request.method == "POST" and done(
        form,
        lambda role, **given: role_requests.give_role(
            account=account, role=Role(role), by=actor(request), today=today, now=now, **given
        ),
    ):
        waits = role_requests.needs_a_second(form.cleaned_data["role"])
        messages.success(request, WAITS if waits else f"{account.name} has the role.")
        return redirect("people:account-detail", account.pk)
    return render(request, "people/role_give.html", {"account": account, "form": form})


@only(Can.MANAGE_ACCOUNTS)
def role_end(request: HttpRequest, pk: int, role: int) -> HttpResponse:
    account, now = _account(pk), timezone.now()
    today = timezone.localdate(now)
    membership = _role(account, role, today)
    form = EndRoleForm(request.POST or None, today=today)
    if request.method == "POST" and done(
        form,
        lambda last_day: accounts.end_role(
            membership=membership, last_day=last_day, by=actor(request), today=today, now=now
        ),
    ):
        messages.success(request, "The role ends on that day.")
        return redirect("people:account-detail", account.pk)
    context = {"account": account, "membership": membership, "form": form}
    return render(request, "people/role_end.html", context | {"leads": reallocation.size(of=account, today=today)})


@only(Can.MANAGE_ACCOUNTS)
def role_move(request: HttpRequest, pk: int, role: int) -> HttpResponse:
    account, now = _account(pk), timezone.now()
    today = timezone.localdate(now)
    membership = _role(account, role, today)
    form = MoveForm(request.POST or None, membership=membership, today=today)
    if request.method == "POST" and done(
        form,
        lambda team, on: role_requests.move(
            membership=membership, team=team, on=on, by=actor(request), today=today, now=now
        ),
    ):
        waits = role_requests.needs_a_second(membership.role)
        messages.success(request, WAITS if waits else f"{account.name} moves to {form.cleaned_data['team']}.")
        return redirect("people:account-detail", account.pk)
    context = {"account": account, "membership": membership, "form": form}
    return render(request, "people/role_move.html", context | {"leads": reallocation.size(of=account, today=today)})


@only(Can.MANAGE_ACCOUNTS)
def account_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    form = SuspendForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda reason: accounts.suspend(account=account, reason=reason, by=actor(request), now=timezone.now())
    ):
        messages.success(request, f"{account.name} can do nothing here from now on, wherever they are signed in.")
        return redirect("people:account-detail", account.pk)
    context = {"account": account, "form": form, "leads": reallocation.size(of=account, today=timezone.localdate())}
    return render(request, "people/account_suspend.html", context)


@only(Can.MANAGE_ACCOUNTS)
@require_POST
def account_restore(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    return press(
        request,
        lambda: accounts.restore(account=account, by=actor(request), now=timezone.now()),
        said=f"{account.name} can sign in again.",
        to=reverse("people:account-detail", args=[account.pk]),
    )

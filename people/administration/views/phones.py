"""Numbers that messages give to the people one works with: one's own, an account's, a team's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from common import places
from common.submitting import form_page
from people.access.abilities import Can, actor, only
from people.administration.forms import WorkPhoneForm
from people.messaging import contact_numbers
from people.models import Team, User
from people.models.phones import in_words


def own_phone(request: HttpRequest) -> HttpResponse:
    """One's own number. A participant's is kept on their record."""
    user = actor(request)
    if user.is_only_participant:
        return redirect(places.url_of("home"))
    return _ask(
        request, "Your work phone", reverse("account_home"), user.work_phone,
        lambda phone: contact_numbers.set_work_phone(account=user, phone=phone, by=user),
    )  # fmt: skip


@only(Can.MANAGE_ACCOUNTS)
def account_phone(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User.objects.staff(), pk=pk)
    return _ask(
        request, f"Work phone of {account.name}", reverse("people:account-detail", args=[pk]), account.work_phone,
        lambda phone: contact_numbers.set_work_phone(account=account, phone=phone, by=actor(request)),
    )  # fmt: skip


@only(Can.MANAGE_ACCOUNTS)
def team_phone(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    return _ask(
        request, f"Phone of {team.name}", reverse("people:team-detail", args=[pk]), team.phone,
        lambda phone: contact_numbers.set_team_phone(team=team, phone=phone, by=actor(request)),
    )  # fmt: skip


def _ask(request: HttpRequest, heading: str, to: str, now: Any, act: Callable[..., Any]) -> HttpResponse:
    return form_page(
        request, form=WorkPhoneForm(request.POST or None, initial={"phone": in_words(now)}), act=act, said="Saved.",
        to=to, template="people/work_phone.html", context={"heading": heading, "back_url": to},
    )  # fmt: skip

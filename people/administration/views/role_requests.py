"""A role that waits for a second person: who asks for whom, and the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common import places
from common.submitting import done, press
from people.access.abilities import Can, actor, can, only
from people.administration import role_requests
from people.administration.forms import RoleAnswerForm
from people.models import RoleRequest


def _request(request: HttpRequest, pk: int) -> RoleRequest:
    rows = RoleRequest.objects.select_related("team", "moves__team", "asked_by", "answered_by")
    return get_object_or_404(rows.visible_to(actor(request)), pk=pk)


@only(Can.AGREE_TO_ROLE)
def role_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked, now, by = _request(request, pk), timezone.now(), actor(request)
    form = RoleAnswerForm(request.POST or None)

    def act(answer: str, reason: str) -> None:
        if answer == "YES":
            role_requests.agree(request=asked, by=by, today=timezone.localdate(now), now=now)
            messages.success(request, f"You agreed. {asked.name} and {asked.asked_by.name} can go on.")
        else:
            role_requests.decline(request=asked, reason=reason, by=by, now=now)
            messages.success(request, f"You said no. {asked.asked_by.name} is told why.")

    if request.method == "POST" and done(form, act):
        return redirect(places.url_of("home"))
    may = asked.state == "WAITING" and by.pk not in (asked.asked_by_id, asked.account_id)
    context = {"asked": asked, "form": form, "may_answer": may}
    return render(request, "people/role_request.html", context | {"may_take_back": can(by, Can.MANAGE_ACCOUNTS)})


@only(Can.MANAGE_ACCOUNTS)
@require_POST
def role_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    return press(
        request,
        lambda: role_requests.withdraw(request=asked, by=actor(request), now=timezone.now()),
        said="Taken back. The role does not begin.",
        to=reverse("people:account-list"),
    )

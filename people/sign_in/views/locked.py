"""Locked accounts, and unlocking one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.submitting import press
from people.access.abilities import Can, actor, only
from people.models import LockOut
from people.sign_in import lockouts


@only(Can.UNLOCK)
def locked(request: HttpRequest) -> HttpResponse:
    rows = LockOut.objects.visible_to(actor(request)).locked(timezone.now()).select_related("user")
    done = LockOut.objects.visible_to(actor(request)).exclude(unlocked_at=None).select_related("user", "unlocked_by")
    context = {"rows": rows.order_by("-locked_at", "pk"), "done": done.order_by("-unlocked_at", "-pk")[:10]}
    return render(request, "people/locked.html", context)


@only(Can.UNLOCK)
@require_POST
def unlock_account(request: HttpRequest, pk: int) -> HttpResponse:
    lock_out = get_object_or_404(LockOut.objects.visible_to(actor(request)).select_related("user"), pk=pk)
    return press(
        request,
        lambda: lockouts.unlock(lock_out=lock_out, by=actor(request), now=timezone.now()),
        said=f"{lock_out.user.name} can sign in again now.",
        to=reverse("people:locked"),
    )

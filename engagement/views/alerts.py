"""Pages of alerts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common.submitting import done
from engagement import alerts
from engagement.forms import CloseForm
from engagement.models import Alert
from engagement.views.acts import back, get_alert
from people.access import access_log
from people.access.abilities import Can, actor, only
from people.record.person_page import person_page

A_PAGE = 25
PARTS = {"mine": "Mine", "open": "All open", "closed": "Closed"}


@only(Can.CLOSE_ALERT)
def alert_list(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    show = request.GET.get("show", "")
    show = show if show in PARTS else "mine"
    seen = Alert.objects.visible_to(user).select_related("participant", "owner")
    if show == "closed":
        rows = seen.exclude(closed_at=None).order_by("-closed_at", "-pk")
    else:
        rows = (seen.open().filter(owner=user) if show == "mine" else seen.open()).order_by("due_on", "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    access_log.listed(request, [alert.participant_id for alert in page])
    parts = [{"text": text, "href": f"?show={key}", "current": key == show} for key, text in PARTS.items()]
    context = {"page": page, "parts": parts, "show": show, "today": timezone.localdate()}
    return render(request, "engagement/alert_list.html", context)


@only(Can.CLOSE_ALERT)
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the alert was raised, and a form to end it; posted from here or from the home page."""
    alert, now = get_alert(request, pk), timezone.now()
    today = timezone.localdate(now)
    form = CloseForm(request.POST or None)

    def close(**typed: Any) -> None:
        alerts.close_alert(alert=alert, by=actor(request), today=today, now=now, **typed)

    if request.method == "POST" and done(form, close):
        messages.success(request, "The alert is closed.")
        return redirect(back(request, reverse("engagement:meetings", args=[alert.participant.ref])))
    touched = alert.is_open and alerts.touched_since(alert)
    context = {
        "person": alert.participant,
        "tab": "meetings",
        "alert": alert,
        "form": form,
        "today": today,
        "touched": touched,
        "read_only": False,
    }
    return person_page(request, "engagement/alert_detail.html", context)

"""Pages of alerts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common.forms import Form
from common.submitting import back, done
from common.working_days import next_working_day, our_nation
from engagement import alerts, contact_pattern
from engagement.forms import CloseForm, TryAgainForm
from engagement.models import Alert
from engagement.views.acts import get_alert
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
    """Why the alert was raised, what to try next, and last a form to end it; posted from here or from the home page."""
    form = CloseForm(request.POST or None)
    now = timezone.now()

    def close(alert: Alert, **typed: Any) -> None:
        alerts.close_alert(alert=alert, by=actor(request), today=timezone.localdate(now), now=now, **typed)

    return _alert_page(request, pk, now, form=form, act=close, said="The alert is closed.")


@only(Can.CLOSE_ALERT)
def alert_try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """They could not be reached: the alert stays, with the next step and its day."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = TryAgainForm(request.POST or None, initial={"next_on": next_working_day(today, our_nation())})

    def try_again(alert: Alert, **typed: Any) -> None:
        alerts.keep_trying(alert=alert, by=actor(request), today=today, now=now, **typed)

    return _alert_page(
        request, pk, now, form=form, act=try_again, said="Recorded. The alert stays until they are reached."
    )


def _alert_page(
    request: HttpRequest, pk: int, now: datetime, *, form: Form, act: Callable[..., None], said: str
) -> HttpResponse:
    alert, today = get_alert(request, pk), timezone.localdate(now)
    if request.method == "POST" and done(form, lambda **typed: act(alert, **typed)):
        messages.success(request, said)
        return redirect(back(request, reverse("engagement:meetings", args=[alert.participant.ref])))
    pattern = contact_pattern.of([alert.participant_id], today=today).get(alert.participant_id)
    context = {
        "person": alert.participant, "tab": "meetings", "alert": alert, "form": form, "today": today,
        "trying": isinstance(form, TryAgainForm), "touched": alert.is_open and alerts.touched_since(alert),
        "why": pattern.why if pattern and alert.is_open else "", "read_only": False,
    }  # fmt: skip
    return person_page(request, "engagement/alert_detail.html", context)

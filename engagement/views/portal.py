"""The participant's own pages of meetings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from common.submitting import done
from engagement import services
from engagement.forms import CannotComeForm
from engagement.models import Appointment
from engagement.models.appointments import NOT_HELD
from people.access.abilities import Can, actor, only, own_record

SHOWN = 10


@only(Can.USE_PORTAL)
def my_meetings(request: HttpRequest) -> HttpResponse:
    person, now = own_record(request), timezone.now()
    mine = Appointment.objects.filter(participant=person).select_related("with_user", "office")
    coming = list(mine.upcoming(now).order_by("starts_at")[:SHOWN])
    past = mine.before(now).exclude(outcome__in=NOT_HELD).order_by("-starts_at")[:SHOWN]
    context = {"person": person, "next": coming[0] if coming else None, "later": coming[1:], "past": past}
    return render(request, "engagement/my_meetings.html", context)


@only(Can.USE_PORTAL)
def my_cannot_come(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one cannot come, in a few words. The practitioner is told."""
    person, now = own_record(request), timezone.now()
    mine = Appointment.objects.upcoming(now).filter(participant=person).select_related("with_user", "office")
    meeting = get_object_or_404(mine, pk=pk)
    form = CannotComeForm(request.POST or None)

    def tell(why: str) -> None:
        services.say_cannot_come(appointment=meeting, why=why, by=actor(request), now=now)

    if request.method == "POST" and done(form, tell):
        messages.success(request, f"Thank you for telling us. {meeting.with_user.name} will be in touch.")
        return redirect("engagement:my-meetings")
    return render(request, "engagement/my_cannot_come.html", {"person": person, "meeting": meeting, "form": form})

"""Pages for practitioners: arrange a meeting, move it, record its outcome."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from common.submitting import done
from engagement import diary as diaries
from engagement import services
from engagement.forms import PAST_OUTCOMES, AppointmentForm, MoveForm, OutcomeForm
from engagement.models import Appointment
from engagement.views.acts import back, get_meeting
from people.access import access_log
from people.access.abilities import Can, actor, get_person, only
from people.record.person_page import person_page

A_PAGE = 25


@only(Can.MEET)
def diary(request: HttpRequest) -> HttpResponse:
    """Show my meetings: to record, to come, and past."""
    now, user = timezone.now(), actor(request)
    show = diaries.shown(request.GET.get("show", ""))
    rows = diaries.rows(user=user, show=show, now=now)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    access_log.listed(request, [meeting.participant_id for meeting in page])
    parts = diaries.parts(user=user, show=show, now=now)
    context = {"page": page, "parts": parts, "show": show, "now": now, "outcomes": PAST_OUTCOMES}
    return render(request, "engagement/diary.html", context)


@only(Can.MEET)
def appointment_new(request: HttpRequest, ref: UUID) -> HttpResponse:
    person, user, now = get_person(request, ref, to=Can.MEET), actor(request), timezone.now()
    form = AppointmentForm(
        request.POST or None, person=person, today=timezone.localdate(now), initial={"with_user": user.pk}
    )

    def arrange(**_: object) -> None:
        meeting = services.arrange(participant=person, by=user, now=now, **form.arranged())
        if Appointment.objects.clashing_with(meeting).exists():
            messages.warning(request, f"{meeting.with_user.name} has another meeting at that time.")

    if request.method == "POST" and done(form, arrange):
        messages.success(request, "The meeting is arranged. A reminder goes out the day before.")
        return redirect("engagement:meetings", person.ref)
    return person_page(request, "engagement/appointment_new.html", {"person": person, "tab": "meetings", "form": form})


@only(Can.MEET)
def appointment_move(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, now = get_meeting(request, pk), timezone.now()
    form = MoveForm(request.POST or None, initial={"asked_by": "PERSON" if meeting.cannot_come_at else None})

    def move(asked_by: str, why: str, **_: object) -> None:
        services.reschedule(appointment=meeting, asked_by=asked_by, why=why, by=actor(request), now=now, **form.times())

    if request.method == "POST" and done(form, move):
        messages.success(request, "The meeting is moved. The old reminder is taken back.")
        return redirect("engagement:meetings", meeting.participant.ref)
    context = {"person": meeting.participant, "tab": "meetings", "form": form, "meeting": meeting}
    return person_page(request, "engagement/appointment_move.html", context)


@only(Can.MEET)
def appointment_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an outcome in one step, from here, the diary or the home page."""
    meeting, now = get_meeting(request, pk), timezone.now()
    known = f"{meeting.outcome}:{meeting.absence_reason}".rstrip(":")
    before = {
        "outcome": known,
        "note": meeting.note,
        "enforcement": meeting.enforcement,
        "sensitive": meeting.sensitive,
    }
    form = OutcomeForm(request.POST or None, past=meeting.starts_at <= now, initial=before)

    def record(**typed: Any) -> None:
        services.record_outcome(appointment=meeting, by=actor(request), now=now, **typed)

    tab = reverse("engagement:meetings", args=[meeting.participant.ref])
    if request.method == "POST" and done(form, record):
        messages.success(request, "The outcome is recorded.")
        return redirect(back(request, tab))
    context = {
        "person": meeting.participant,
        "tab": "meetings",
        "form": form,
        "meeting": meeting,
        "past": meeting.starts_at <= now,
    }
    return person_page(request, "engagement/appointment_outcome.html", context)

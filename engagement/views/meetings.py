"""Pages for practitioners: arrange a meeting, move it, record its outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.forms import DayField
from common.submitting import back, done, press
from engagement import diary as diaries
from engagement import reminders, services, slots, telling
from engagement.forms import (
    MISTAKE,
    PAST_OUTCOMES,
    AppointmentForm,
    CallOffForm,
    MoveForm,
    OutcomeForm,
    appointment_initial,
)  # fmt: skip
from engagement.models import Appointment
from engagement.telling import How
from engagement.views.acts import get_meeting
from people.access import access_log
from people.access.abilities import Can, actor, get_person, only
from people.models import User
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
    usual = appointment_initial(person=person, viewer=user, now=now)
    form = AppointmentForm(
        request.POST or None, person=person, viewer=user, today=timezone.localdate(now), initial=usual
    )

    def arrange(**_: object) -> None:
        meeting = services.arrange(participant=person, by=user, now=now, **form.arranged())
        if Appointment.objects.clashing_with(meeting).exists():
            messages.warning(request, f"{meeting.with_user.name} has another meeting at that time.")
        if meeting.starts_at > now:
            said = _told(meeting, form.cleaned_data["how"])
            messages.success(request, f"The meeting is arranged. {said}")
        else:
            messages.success(request, "Recorded as a meeting that has begun. Record how it went.")

    if request.method == "POST" and done(form, arrange):
        return redirect(back(request, reverse("engagement:meetings", args=[person.ref])))
    return person_page(request, "engagement/appointment_new.html", {"person": person, "tab": "meetings", "form": form})


def _told(meeting: Appointment, how: str) -> str:
    return telling.in_a_sentence(meeting.sent, how=how, known=meeting.told_at is not None)


@only(Can.MEET)
def appointment_move(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, now = get_meeting(request, pk), timezone.now()
    form = _when_form(request, MoveForm, meeting, now)

    def move(asked_by: str, why: str, how: str, **_: object) -> None:
        _move(request, meeting, form, asked_by=asked_by, why=why, how=how, now=now)

    return _change_page(request, meeting, form, move, "engagement/appointment_move.html")


@only(Can.MEET)
def appointment_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a meeting off, with a new day where there is one; strike one that was entered by mistake."""
    meeting, now = get_meeting(request, pk), timezone.now()
    form = _when_form(request, CallOffForm, meeting, now)

    def call_off(asked_by: str, why: str, how: str, day: date | None, **_: object) -> None:
        act: dict[str, Any] = {"appointment": meeting, "why": why, "by": actor(request), "now": now}
        if asked_by == MISTAKE:
            services.strike_meeting(**act)
            messages.success(request, "The meeting is struck. Nobody is told of it.")
        elif day:
            _move(request, meeting, form, asked_by=asked_by, why=why, how=how, now=now)
        else:
            off = services.call_off(asked_by=asked_by, how=how, **act)
            messages.success(request, f"The meeting is called off. {_told(off, how)}")

    return _change_page(request, meeting, form, call_off, "engagement/appointment_off.html")


def _when_form(request: HttpRequest, kind: type[MoveForm], meeting: Appointment, now: datetime) -> MoveForm:
    form = kind(
        request.POST or None, person=meeting.participant, viewer=actor(request),
        initial={"asked_by": "PERSON" if meeting.cannot_come_at else None},
    )  # fmt: skip
    form.field("day", DayField).earliest = timezone.localdate(now)
    form.field("day", DayField).latest = timezone.localdate(now + services.FURTHEST)
    return form


def _move(request: HttpRequest, meeting: Appointment, form: MoveForm, *, how: str, now: datetime, **asked: Any) -> None:
    new = services.reschedule(appointment=meeting, by=actor(request), now=now, how=how, **asked, **form.times())
    messages.success(request, f"The meeting is moved. {_told(new, how)}")
    if Appointment.objects.clashing_with(new).exists():
        messages.warning(request, f"{new.with_user.name} has another meeting at that time.")


def _change_page(
    request: HttpRequest, meeting: Appointment, form: MoveForm, act: Callable[..., None], template: str
) -> HttpResponse:
    if request.method == "POST" and done(form, act):
        return redirect(back(request, reverse("engagement:meetings", args=[meeting.participant.ref])))
    return person_page(
        request, template, {"person": meeting.participant, "tab": "meetings", "form": form, "meeting": meeting}
    )


@only(Can.MEET)
@require_POST
def appointment_told(request: HttpRequest, pk: int) -> HttpResponse:
    """Someone has told the person of the meeting, or that it is off."""
    meeting = get_meeting(request, pk)
    return press(
        request,
        lambda: services.note_told(appointment=meeting, by=actor(request), now=timezone.now()),
        said="Recorded: they know.",
        to=back(request, reverse("engagement:meetings", args=[meeting.participant.ref])),
    )


@only(Can.MEET)
def appointment_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an outcome in one step, from here, the diary or the home page, with the next meeting."""
    meeting, now = get_meeting(request, pk), timezone.now()
    if meeting.starts_at > now:
        return redirect("engagement:appointment-off", meeting.pk)
    known = f"{meeting.outcome}:{meeting.absence_reason}".rstrip(":")
    before = {
        "outcome": known,
        "note": meeting.note,
        "enforcement": meeting.enforcement,
        "sensitive": meeting.sensitive,
    }
    form = OutcomeForm(request.POST or None, offered=_offered(meeting, actor(request), now), initial=before)

    def record(next_at: str = "", **typed: Any) -> None:
        services.record_outcome(appointment=meeting, by=actor(request), now=now, **typed)
        messages.success(request, "The outcome is recorded.")
        if next_at:
            _arrange_next(request, meeting, datetime.fromisoformat(next_at), now)

    if request.method == "POST" and done(form, record):
        return redirect(back(request, reverse("engagement:meetings", args=[meeting.participant.ref])))
    context = {"person": meeting.participant, "tab": "meetings", "form": form, "meeting": meeting}
    return person_page(request, "engagement/appointment_outcome.html", context)


def _offered(meeting: Appointment, user: User, now: datetime) -> list[datetime]:
    """When they could meet next in the same way, where nothing is arranged yet."""
    person = meeting.participant
    if not meeting.fits(person) or slots.release_to_meet(person, timezone.localdate(now)):
        return []
    if Appointment.objects.upcoming(now).filter(participant=person).exists():
        return []
    return slots.free_slots(person=meeting.participant, user=meeting.with_user, now=now)


def _arrange_next(request: HttpRequest, meeting: Appointment, at: datetime, now: datetime) -> None:
    """The same kind of meeting at the same place. They are told as this person usually is."""
    how = telling.usual(meeting.participant, actor(request)) or How.LATER
    new = services.arrange(
        participant=meeting.participant, with_user=meeting.with_user, kind=meeting.kind, starts_at=at,
        ends_at=at + (meeting.ends_at - meeting.starts_at), office=meeting.office, place=meeting.place,
        by=actor(request), now=now, how=how,
    )  # fmt: skip
    said = _told(new, how)
    messages.success(request, f"The next meeting is {reminders.in_words(new.starts_at)}. {said}")


@only(Can.MEET)
@require_POST
def appointment_enforced(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter went, the manager was told, breach has begun."""
    meeting, now = get_meeting(request, pk), timezone.now()
    return press(
        request,
        lambda: services.enforce(appointment=meeting, by=actor(request), today=timezone.localdate(now), now=now),
        said="Marked as done.",
        to=back(request, reverse("engagement:meetings", args=[meeting.participant.ref])),
    )

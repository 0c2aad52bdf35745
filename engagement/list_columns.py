"""Columns of the caseload: the last meeting and the next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from engagement.models import Appointment
from engagement.models.appointments import AppointmentQuerySet
from people.caseload import list_columns
from people.models import Participant


def _last(now: datetime) -> AppointmentQuerySet:
    return Appointment.objects.filter(starts_at__lte=now).order_by("participant", "-starts_at")


def _next(now: datetime) -> AppointmentQuerySet:
    return Appointment.objects.upcoming(now).order_by("participant", "starts_at")


def _cells(meetings: AppointmentQuerySet, people: Collection[Participant]) -> dict[int, list_columns.Cell]:
    refs = {person.pk: person.ref for person in people}
    first = meetings.filter(participant__in=refs).distinct("participant")
    return {
        meeting.participant_id: list_columns.Cell(
            text=meeting.get_kind_display(),
            at=meeting.starts_at,
            url=reverse("engagement:meetings", args=[refs[meeting.participant_id]]),
        )
        for meeting in first
    }


def _moment(meetings: AppointmentQuerySet) -> Subquery:
    return Subquery(meetings.filter(participant=OuterRef("pk")).values("starts_at")[:1])


LAST = list_columns.Column(
    "last", "Last meeting", lambda now: _moment(_last(now)), lambda people, now: _cells(_last(now), people)
)
NEXT = list_columns.Column(
    "next", "Next meeting", lambda now: _moment(_next(now)), lambda people, now: _cells(_next(now), people)
)

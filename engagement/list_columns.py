"""Columns of the caseload: the last meeting, when they were last seen, the next meeting; and whom to look at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse

from engagement.models import Alert, Appointment, Contact, PlannedAbsence
from engagement.models.appointments import CAME, AppointmentQuerySet
from people.caseload import list_columns
from people.models import Participant
from people.models.participants import ParticipantQuerySet


def _last(now: datetime) -> AppointmentQuerySet:
    return Appointment.objects.filter(starts_at__lte=now).order_by("participant", "-starts_at")


def _next(now: datetime) -> AppointmentQuerySet:
    return Appointment.objects.upcoming(now).order_by("participant", "starts_at")


def _cells(
    meetings: AppointmentQuerySet, people: Collection[Participant], now: datetime
) -> dict[int, list_columns.Cell]:
    refs = {person.pk: person.ref for person in people}
    first = meetings.filter(participant__in=refs).distinct("participant")
    return {
        meeting.participant_id: list_columns.Cell(
            text=_in_words(meeting, now),
            at=meeting.starts_at,
            url=reverse("engagement:meetings", args=[refs[meeting.participant_id]]),
        )
        for meeting in first
    }


def _in_words(meeting: Appointment, now: datetime) -> str:
    """ "Office visit: came"."""
    kind = str(meeting.get_kind_display())
    if meeting.starts_at > now:
        return kind
    if not meeting.outcome:
        return f"{kind}: no outcome yet"
    outcome = "came" if meeting.came else str(meeting.get_outcome_display())
    return f"{kind}: {outcome[0].lower()}{outcome[1:]}"


def _last_seen(person: str, now: datetime) -> Greatest:
    """The moment at which someone last came to a meeting or was in touch."""
    theirs = {"participant": OuterRef(person)}
    came = Appointment.objects.filter(outcome__in=CAME, starts_at__lte=now, **theirs).order_by("-starts_at")
    spoke = Contact.objects.filter(meaningful=True, at__lte=now, **theirs).order_by("-at")
    return Greatest(Subquery(came.values("starts_at")[:1]), Subquery(spoke.values("at")[:1]))


def _seen_cells(people: Collection[Participant], now: datetime) -> dict[int, list_columns.Cell]:
    refs = {person.pk: person.ref for person in people}
    rows = Participant.objects.filter(pk__in=refs).annotate(seen=_last_seen("pk", now)).values_list("pk", "seen")
    return {
        pk: list_columns.Cell(text="", at=seen, url=reverse("engagement:meetings", args=[refs[pk]]))
        for pk, seen in rows
        if seen
    }


def _moment(meetings: AppointmentQuerySet) -> Subquery:
    return Subquery(meetings.filter(participant=OuterRef("pk")).values("starts_at")[:1])


LAST = list_columns.Column(
    "last", "Last meeting", lambda now: _moment(_last(now)), lambda people, now: _cells(_last(now), people, now)
)
NEXT = list_columns.Column(
    "next", "Next meeting", lambda now: _moment(_next(now)), lambda people, now: _cells(_next(now), people, now)
)
SEEN = list_columns.Column("seen", "Last seen", lambda now: _last_seen("pk", now), _seen_cells)


def _with_failures(people: ParticipantQuerySet, today: date, now: datetime) -> ParticipantQuerySet:
    return people.filter(pk__in=Appointment.objects.failures(today).values("participant"))


def _without_next_meeting(people: ParticipantQuerySet, today: date, now: datetime) -> ParticipantQuerySet:
    theirs = {"participant": OuterRef("pk")}
    away = PlannedAbsence.objects.current(today).filter(**theirs)
    coming = Appointment.objects.upcoming(now).filter(**theirs)
    return people.in_community().exclude(Exists(coming)).exclude(Exists(away))


def _with_alert(people: ParticipantQuerySet, today: date, now: datetime) -> ParticipantQuerySet:
    return people.filter(pk__in=Alert.objects.open().values("participant"))


ATTENTION = [
    list_columns.Attention("alert", "Open alert", _with_alert),
    list_columns.Attention("failures", "Failures in 12 months", _with_failures),
    list_columns.Attention("no-meeting", "No next meeting", _without_next_meeting),
]


def failures(people: Collection[Participant], today: date) -> dict[int, list_columns.Mark]:
    """Mark whoever failed more than once within the year: breach or recall is to be considered."""
    rows = Appointment.objects.failures(today).filter(participant__in=[person.pk for person in people]).order_by()
    counted = rows.values_list("participant").annotate(number=Count("pk")).filter(number__gt=1)
    return {pk: list_columns.Mark(f"{number} failures", "red") for pk, number in counted}

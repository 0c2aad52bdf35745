"""A user's day: their meetings of today and the next seven days, and the releases of the next twelve weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from common.days import midnight
from common.postgres.compiled import compiled_once
from engagement.models import Appointment
from engagement.models.appointments import NOT_HELD
from lifeplans.models import LifePlan
from people.access.abilities import Can, can
from people.access.whom import Whom
from people.models import Address, IssuedCondition, Sentence, Supervision, User, Whereabouts, lean

DAYS_AHEAD = 7
RELEASES_AHEAD = timedelta(weeks=12)


@dataclass(frozen=True)
class Day:
    day: date
    meetings: list[Appointment]


@dataclass(frozen=True)
class Release:
    """One release to come, and what it still lacks."""

    sentence: Sentence
    days: int
    missing: list[str]


@dataclass(frozen=True)
class MyDay:
    today: list[Appointment]
    ahead: list[Day]  # days with a meeting
    releases: list[Release]

    @property
    def people_ids(self) -> set[int]:
        meetings = [*self.today, *(meeting for day in self.ahead for meeting in day.meetings)]
        return {meeting.participant_id for meeting in meetings} | {
            each.sentence.participant_id for each in self.releases
        }

    @property
    def number_ahead(self) -> int:
        return sum(len(day.meetings) for day in self.ahead)


def of(*, user: User, whom: Whom, today: date) -> MyDay:
    """Everything in two queries."""
    meetings = _meetings(user=user.pk, whom=whom, today=today)
    days = {day: list(rows) for day, rows in groupby(meetings, key=lambda meeting: meeting.day)}
    ahead = [Day(day, rows) for day, rows in days.items() if day != today]
    releases = _releases(whom=whom, today=today) if whom.led and can(user, Can.MEET) else []
    return MyDay(days.get(today, []), ahead, [_release(sentence, today) for sentence in releases])


@compiled_once
def _meetings(*, user: int, whom: Whom, today: date) -> QuerySet[Appointment]:
    """The user's own, in their order: of today also those that have an outcome, but not those that were moved."""
    until = midnight(today + timedelta(days=DAYS_AHEAD + 1))
    rows = Appointment.objects.filter(
        whom.sees("participant"), with_user=user, starts_at__gte=midnight(today), starts_at__lt=until
    )
    read = ("kind", "starts_at", "outcome", "cannot_come_at", "place", "office__name")
    rows = lean(rows.exclude(outcome__in=NOT_HELD).select_related("office"), *read, person="participant")
    return rows.order_by("starts_at", "pk")


@compiled_once
def _releases(*, whom: Whom, today: date) -> QuerySet[Sentence]:
    theirs = {"participant": OuterRef("participant")}
    home = Address.objects.filter(Q(ends_on=None) | Q(ends_on__gte=OuterRef("release_on")), kind="MAIN", **theirs)
    rows = Sentence.objects.releases_between(today, today + RELEASES_AHEAD).filter(whom.leads("participant"))
    rows = rows.exclude(release_on__lte=today, participant__whereabouts=Whereabouts.COMMUNITY)  # it is recorded
    rows = lean(rows, "release_on", person="participant").annotate(
        has_meeting=Exists(Appointment.objects.first_after(OuterRef("release_on")).filter(**theirs)),
        has_home=Exists(home),
        has_licence=Exists(IssuedCondition.objects.filter(sentence=OuterRef("pk"))),
        has_plan=Exists(LifePlan.objects.filter(**theirs)),
        has_worker=Exists(Supervision.objects.current(today).filter(**theirs)),
    )
    return rows.order_by(F("release_on"), "pk")


MISSING = {
    "has_meeting": "first meeting",
    "has_home": "somewhere to live",
    "has_licence": "licence",
    "has_plan": "life plan",
    "has_worker": "prison worker",
}


def _release(sentence: Sentence, today: date) -> Release:
    assert sentence.release_on
    missing = [words for name, words in MISSING.items() if not getattr(sentence, name)]
    return Release(sentence, (sentence.release_on - today).days, missing)

"""Alert rules: what shows that someone may be drifting away. Each finding has a reason in plain words.

Every function is one query over everyone. A finding's `fact` names what it is about (a silence, a meeting, a release),
so that a closed alert is not raised again for the same thing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from common.days import in_words
from engagement import contact_pattern
from engagement.contact_pattern import Band, ContactPattern
from engagement.models import Alert, Appointment, Contact, PlannedAbsence
from engagement.models.appointments import CAME, MISSED
from lifeplans.models import Step
from people.models import Participant, Sentence, Whereabouts

DAYS_AFTER_RELEASE = 7
STEPS_GRACE_DAYS = 14

Kind = Alert.Kind


@dataclass(frozen=True)
class Finding:
    participant_id: int
    kind: Alert.Kind
    about: str
    reason: str
    score: float | None = None
    silent_since: date | None = None

    @property
    def fact(self) -> str:
        return f"{self.kind}:{self.about}"


def all_findings(*, today: date, now: datetime) -> Iterator[Finding]:
    """Yield every finding about everyone, the most telling first."""
    quiet = contact_pattern.everyone(today=today, at_least=settings.DRIFT_WATCH)
    yield from no_contact_after_release(quiet, today=today)
    yield from missed_twice(today=today, now=now)
    yield from drifting(quiet)
    yield from steps_overdue([person.participant_id for person in quiet if person.band != Band.STEADY], today=today)


def expected(today: date) -> QuerySet[Participant]:
    """Return people who are in the service, out of custody, and not away today."""
    custody = Sentence.objects.filter(participant=OuterRef("pk"), kind=Sentence.Kind.CUSTODY)
    inside = custody.filter(starts_on__lte=today).filter(
        Q(release_on__gt=today) | Q(release_on=None, ends_on__gte=today)
    )  # fmt: skip
    return (
        Participant.objects.filter(Q(left_on=None) | Q(left_on__gt=today), joined_on__lte=today)
        .filter(whereabouts=Whereabouts.COMMUNITY)
        .exclude(Exists(PlannedAbsence.objects.current(today).filter(participant=OuterRef("pk"))))
        .exclude(Exists(inside))
    )


def drifting(quiet: Iterable[ContactPattern]) -> Iterator[Finding]:
    for person in quiet:
        if person.band != Band.ALERT:
            continue
        since = person.last_on
        about = f"{since or 'never'}"
        yield Finding(person.participant_id, Kind.DRIFT, about, person.reason, score=person.score, silent_since=since)


def missed_twice(*, today: date, now: datetime) -> Iterator[Finding]:
    """The last two meetings that someone could come to were both missed, and nothing has been heard since."""
    told = Appointment.objects.filter(
        participant=OuterRef("participant"), outcome__in=[*CAME, *MISSED], starts_at__lte=now
    )  # fmt: skip
    later = told.filter(starts_at__gte=OuterRef("starts_at"))
    later = later.filter(Q(starts_at__gt=OuterRef("starts_at")) | Q(pk__gt=OuterRef("pk")))
    before = told.filter(starts_at__lte=OuterRef("starts_at")).exclude(pk=OuterRef("pk")).order_by("-starts_at", "-pk")
    heard_since = Contact.objects.filter(
        participant=OuterRef("participant"), meaningful=True, at__gt=OuterRef("starts_at")
    )  # fmt: skip
    newest = (
        Appointment.objects.filter(outcome__in=MISSED, starts_at__lte=now)
        .exclude(Exists(later))
        .exclude(Exists(heard_since))
        .annotate(second=Subquery(before.values("outcome")[:1]), second_at=Subquery(before.values("starts_at")[:1]))
        .filter(second__in=MISSED)
    )
    rows = list(newest.values_list("participant", "pk", "starts_at", "second_at"))
    here = set(expected(today).filter(pk__in=[row[0] for row in rows]).values_list("pk", flat=True))
    for person_id, pk, last_at, second_at in (row for row in rows if row[0] in here):
        first, then = in_words(timezone.localdate(second_at)), in_words(timezone.localdate(last_at))
        yield Finding(person_id, Kind.MISSED_TWICE, str(pk), f"Missed the last two meetings: {first} and {then}.")


def no_contact_after_release(people: Iterable[ContactPattern], *, today: date) -> Iterator[Finding]:
    """Seven whole days since release (or since joining, if that was later) and nobody has been in touch."""
    for person in people:
        released_on, since = person.released_on, person.unheard_since
        if released_on is None or since is None or (today - since).days < DAYS_AFTER_RELEASE:
            continue
        silence = contact_pattern.days((today - since).days)
        yield Finding(
            person.participant_id, Kind.AFTER_RELEASE, str(released_on),
            f"Released on {in_words(released_on)}. No contact in the {silence} since{_if_later(released_on, since)}.",
        )  # fmt: skip


def _if_later(released_on: date, since: date) -> str:
    return "" if since == released_on else " they joined"


def steps_overdue(quiet_ids: Collection[int], *, today: date) -> Iterator[Finding]:
    """Yield overdue steps of people who are quiet too. For someone in touch they are a talk, not an alert."""
    steps = (
        Step.objects.overdue(today - timedelta(days=STEPS_GRACE_DAYS))
        .filter(goal__plan__participant__in=quiet_ids)
        .values("goal__plan__participant")
        .annotate(number=Count("pk"), oldest=Min("due_on"), newest=Max("due_on"))
    )
    for row in steps.values_list("goal__plan__participant", "number", "oldest", "newest"):
        person_id, number, oldest, newest = row
        words = "1 step is overdue" if number == 1 else f"{number} steps are overdue, the oldest"
        yield Finding(person_id, Kind.STEPS_OVERDUE, str(newest), f"{words} since {in_words(oldest)}.")

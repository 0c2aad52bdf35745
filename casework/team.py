"""Each practitioner's workload: counts from every floor, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from common.days import midnight
from engagement.models import Alert, Appointment
from engagement.work_items import RECORD_WITHIN
from people.models import Assignment, Membership, RiskBand, User, Whereabouts, ids_seen_by

NEW = timedelta(days=28)
BANDS = [band.value for band in reversed(RiskBand)]  # highest first


@dataclass
class Load:
    """One practitioner's share, or the sum of them all."""

    user: User | None = None
    works_here: bool = True
    led: int = 0
    bands: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BANDS, 0))
    in_custody: int = 0
    new: int = 0
    alerts: int = 0
    failing: int = 0  # people with two failures or more within the year
    to_record: int = 0
    overdue: int = 0

    @property
    def by_band(self) -> list[int]:
        return [self.bands[band] for band in BANDS]


def members(*, user: User, today: date) -> QuerySet[User]:
    """Return the practitioners of the user's teams, and those who left but still lead someone there."""
    here = Membership.objects.current(today).of_practitioners().filter(team__in=user.team_ids)
    leads = Assignment.objects.current(today).filter(_about_people(user, today))
    found = here.values("user").union(leads.values("practitioner"))
    return User.objects.filter(pk__in=found).order_by("name", "pk")


def loads(*, user: User, members: Iterable[User], today: date, now: datetime) -> list[Load]:
    """What each of them carries of what the user may see: five queries."""
    here = Membership.objects.current(today).of_practitioners().filter(team__in=user.team_ids)
    there = set(here.values_list("user", flat=True))
    found = {member.pk: Load(user=member, works_here=member.pk in there) for member in members}
    people = _about_people(user, today)
    _count_people(found, people, today)
    _count_alerts(found, people, today)
    _count_failing(found, people, today)
    _count_meetings(found, people, today, now)
    return list(found.values())


def _about_people(user: User, today: date) -> Q:
    """Whether a row is about someone whom the user sees and who has not left."""
    here = Q(participant__left_on=None) | Q(participant__left_on__gt=today)
    return Q(participant__in=ids_seen_by(user)) & here


def _count_people(found: dict[int, Load], people: Q, today: date) -> None:
    led = Assignment.objects.current(today).filter(people, practitioner__in=found)
    bands = {f"band_{band}": Count("pk", filter=Q(participant__risk_band=band)) for band in BANDS}
    counted = led.order_by().values("practitioner").annotate(
        led=Count("pk"), in_custody=Count("pk", filter=~Q(participant__whereabouts=Whereabouts.COMMUNITY)),
        new=Count("pk", filter=Q(starts_on__gt=today - NEW)), **bands,
    )  # fmt: skip
    for line in counted:
        row: dict[str, Any] = dict(line)
        load = found[row["practitioner"]]
        load.led, load.in_custody, load.new = row["led"], row["in_custody"], row["new"]
        load.bands = {band: row[f"band_{band}"] for band in BANDS}


def _count_alerts(found: dict[int, Load], people: Q, today: date) -> None:
    """Count an alert as the work of today's lead."""
    led = Assignment.objects.current(today).filter(people, practitioner__in=found)
    open_ = Q(participant__alerts__in=Alert.objects.open())
    late = Q(participant__alerts__in=Alert.objects.overdue(today))
    counted = led.filter(open_).order_by().values("practitioner")
    for row in counted.annotate(alerts=Count("participant__alerts"), late=Count("participant__alerts", filter=late)):
        found[row["practitioner"]].alerts = row["alerts"]
        found[row["practitioner"]].overdue += row["late"]


def _count_failing(found: dict[int, Load], people: Q, today: date) -> None:
    failed = Appointment.objects.failures(today).filter(participant=OuterRef("participant")).order_by()
    number = failed.values("participant").annotate(number=Count("pk")).values("number")
    led = Assignment.objects.current(today).filter(people, practitioner__in=found)
    counted = led.annotate(failures=Subquery(number)).filter(failures__gt=1).order_by().values("practitioner")
    for row in counted.annotate(people=Count("pk")):
        found[row["practitioner"]].failing = row["people"]


def _count_meetings(found: dict[int, Load], people: Q, today: date, now: datetime) -> None:
    """An outcome is for whoever the meeting was with to record."""
    meetings = Appointment.objects.to_record(now).filter(people, with_user__in=found)
    late = Q(starts_at__lt=midnight(today - RECORD_WITHIN))
    for row in meetings.order_by().values("with_user").annotate(all=Count("pk"), late=Count("pk", filter=late)):
        found[row["with_user"]].to_record = row["all"]
        found[row["with_user"]].overdue += row["late"]


def total(loads: Iterable[Load]) -> Load:
    """The sum of the rows."""
    whole = Load()
    for load in loads:
        for name in ("led", "in_custody", "new", "alerts", "failing", "to_record", "overdue"):
            setattr(whole, name, getattr(whole, name) + getattr(load, name))
        whole.bands = {band: whole.bands[band] + load.bands[band] for band in BANDS}
    return whole

"""When could they meet next? One function: the rhythm, both diaries, working days, and days away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import DateField, Q, Value
from django.utils import timezone

from common.days import midnight
from common.working_days import is_working_day, our_nation
from engagement.models import Appointment, ContactPlan, PlannedAbsence
from engagement.models.plans import USUAL_DAYS
from people.models import Participant, User
from people.record import custody

FIRST, LAST = time(9), time(17)  # a meeting begins and ends between them, local time
STEP = timedelta(minutes=30)
RELEASE_IS_NEAR = timedelta(days=14)
LOOK_AHEAD = timedelta(days=28)  # beyond the day that the rhythm asks for
DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


def free_slots(
    *, person: Participant, user: User, now: datetime, minutes: int = 30, most: int = 2
) -> list[datetime]:  # fmt: skip
    """The next times at which both are free, one a day: from the day of a release that is near, or else the day that
    the rhythm asks for, at their usual hour if that is free. Three queries and the rhythm's.
    """
    last = Appointment.objects.filter(participant=person, starts_at__lte=now).order_by("-starts_at").first()
    today = timezone.localdate(now)
    start = release_to_meet(person, today) or _asked_for(person, last, today)
    until = start + LOOK_AHEAD
    taken = _taken(person, user, start, until)
    away = list(PlannedAbsence.objects.filter(participant=person, ends_on__gte=start, starts_on__lte=until))
    usual = timezone.localtime(last.starts_at).time() if last else time(10)
    found = []
    for day in _working_days(start, until):
        if not any(absence.starts_on <= day <= absence.ends_on for absence in away):
            slot = _free_on(day, usual, timedelta(minutes=minutes), taken, now)
            found += [slot] if slot else []
        if len(found) == most:
            break
    return found


def release_to_meet(person: Participant, today: date) -> date | None:
    """The day of a release that is near, where no first meeting outside is arranged."""
    release_on = custody.leaves_on(person, today)
    if release_on is None or release_on > today + RELEASE_IS_NEAR:
        return None
    met = Appointment.objects.filter(participant=person).first_after(Value(release_on, DateField()))
    return None if met.exists() else release_on


def _asked_for(person: Participant, last: Appointment | None, today: date) -> date:
    """The day on which the rhythm asks for the next meeting; tomorrow at the earliest."""
    plan = ContactPlan.objects.filter(participant=person).first()
    every = plan.every_days if plan else USUAL_DAYS[person.risk_band]  # type: ignore[index]
    return max(today + DAY, (last.day if last else today) + timedelta(days=every))


def _taken(person: Participant, user: User, first: date, last: date) -> list[Span]:
    theirs = Q(participant=person) | Q(with_user=user)
    rows = Appointment.objects.filter(theirs, outcome="", ends_at__gt=midnight(first))
    return list(rows.filter(starts_at__lt=midnight(last + DAY)).values_list("starts_at", "ends_at"))


def _working_days(first: date, last: date) -> Iterator[date]:
    nation = our_nation()
    for number in range((last - first).days + 1):
        if is_working_day(first + number * DAY, nation):
            yield first + number * DAY


def _free_on(day: date, usual: time, length: timedelta, taken: list[Span], now: datetime) -> datetime | None:
    """The free time of that day that is nearest to the usual hour; None where there is none."""
    begin = datetime.combine(day, FIRST)
    count = int((datetime.combine(day, LAST) - length - begin) / STEP) + 1
    wanted = datetime.combine(day, usual)
    for moment in sorted((begin + number * STEP for number in range(count)), key=lambda at: abs(at - wanted)):
        at = timezone.make_aware(moment)
        if at > now and not any(starts < at + length and ends > at for starts, ends in taken):
            return at
    return None

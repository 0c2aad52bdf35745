"""What someone in a person's circle sees: the groups that the person agreed to share. Nothing else is fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from engagement.models import Appointment, Contact
from lifeplans.models import Goal, Step, Strength
from people.models import CircleMember, Group, Level, Participant, User
from people.record.details_page import Asked, sentences_of


@dataclass(frozen=True)
class Shared:
    """The shared groups with their rows. A group that is not shared stays empty."""

    groups: list[str]
    phone: str = ""
    email: str = ""
    meetings: list[Appointment] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    strengths: list[Strength] = field(default_factory=list)
    court: list[Asked] = field(default_factory=list)


def of(user: User, today: date) -> QuerySet[CircleMember]:
    """Return this user's current places in circles of people whom they may still see."""
    seen = Participant.objects.visible_to(user, Level.NAME)
    return CircleMember.objects.current(today).filter(user=user, participant__in=seen).select_related("participant")


MEET_WITHIN = timedelta(days=28)  # since the last meeting that was recorded


@dataclass(frozen=True)
class Supported:
    """One person on the list of someone in their circle: when they last met, and what is next."""

    member: CircleMember
    last_on: date | None
    meet_by: date
    next_at: datetime | None  # the person's next meeting with us, where they share that


def supported_by(user: User, *, today: date, now: datetime) -> list[Supported]:
    """Whom this user supports, whoever waits longest for a meeting first. One query."""
    logged = Contact.objects.filter(participant=OuterRef("participant"), by=user, struck_at=None).order_by("-at")
    coming = Appointment.objects.upcoming(now).filter(participant=OuterRef("participant")).order_by("starts_at")
    members = of(user, today).annotate(
        logged_at=Subquery(logged.values("at")[:1]), coming_at=Subquery(coming.values("starts_at")[:1])
    )
    rows = []
    for member in members:
        last_on = timezone.localdate(member.logged_at) if member.logged_at else None
        next_at = member.coming_at if member.may(Group.MEETINGS) else None
        rows.append(Supported(member, last_on, (last_on or member.starts_on) + MEET_WITHIN, next_at))
    return sorted(rows, key=lambda row: (row.meet_by, row.member.participant.given_name, row.member.pk))


def shared(*, member: CircleMember, now: datetime) -> Shared:
    person = member.participant
    contact = member.may(Group.CONTACT)
    return Shared(
        groups=member.sees,
        phone=person.phone.as_national if contact and person.phone else "",
        email=person.email if contact else "",
        meetings=_meetings(person, now) if member.may(Group.MEETINGS) else [],
        goals=_goals(person) if member.may(Group.GOALS) else [],
        strengths=_strengths(person) if member.may(Group.STRENGTHS) else [],
        court=_court(person, timezone.localdate(now)) if member.may(Group.SENTENCE) else [],
    )


def _court(person: Participant, today: date) -> list[Asked]:
    """Return current requirements and their progress, without sentence or licence."""
    return [
        asked for ordered in sentences_of(person, today) if ordered.sentence.ends_on >= today for asked in ordered.asked
    ]


def _meetings(person: Participant, now: datetime) -> list[Appointment]:
    """Return when meetings are, without whom they are with or what for."""
    meetings = Appointment.objects.upcoming(now).filter(participant=person)
    return list(meetings.only("pk", "starts_at", "ends_at").order_by("starts_at")[:10])


def _goals(person: Participant) -> list[Goal]:
    steps = Prefetch("steps", Step.objects.needed().in_order(), to_attr="shown_steps")
    return list(Goal.objects.in_plan_of(person.pk).agreed().in_order().prefetch_related(steps))


def _strengths(person: Participant) -> list[Strength]:
    return list(Strength.objects.in_plan_of(person.pk).kept().order_by("ring", "pk"))

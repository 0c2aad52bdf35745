"""One person at a glance: what needs attention, what is next, the plan, the money, the last things that happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from budgets.models import Budget, SpendRequest
from engagement import contact_pattern
from engagement.contact_pattern import ContactPattern
from engagement.models import Alert, Appointment, Contact
from lifeplans.models import Goal, Setback, Step
from people.models import Enrolment, Participant, Requirement, Sentence
from providers.models import Referral

RECENT = 8


@dataclass(frozen=True)
class Happening:
    """One line of the timeline."""

    title: str
    at: datetime | date
    by: str = ""
    text: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Overview:
    alert: Alert | None
    contact_pattern: ContactPattern | None
    next_meeting: Appointment | None
    to_record: int
    goals: list[Goal]
    next_steps: list[Step]
    budgets: list[Budget]
    requests: list[SpendRequest]
    referrals: list[Referral]
    sentence: Sentence | None
    requirements: list[Requirement]
    enrolments: list[Enrolment]
    happened: list[Happening]


def overview_of(*, person: Participant, today: date, now: datetime) -> Overview:
    """Everything the overview says about one person, in a constant number of queries."""
    meetings = Appointment.objects.filter(participant=person).select_related("with_user")
    goals = Goal.objects.in_plan_of(person.pk)
    sentence = person.sentences.order_by("-starts_on").first()
    return Overview(
        alert=Alert.objects.open().filter(participant=person).select_related("owner").first(),
        contact_pattern=contact_pattern.of([person.pk], today=today).get(person.pk),
        next_meeting=meetings.upcoming(now).order_by("starts_at").first(),
        to_record=meetings.to_record(now).count(),
        goals=list(goals.open().in_order()[:6]),
        next_steps=list(
            Step.objects.in_plan_of(person.pk).undone().select_related("goal").order_by("due_on", "pk")[:5]
        ),
        budgets=list(Budget.objects.of(person).open().with_money().select_related("enrolment__programme")),
        requests=list(
            SpendRequest.objects.filter(budget__enrolment__participant=person).to_decide().select_related("goal")
        ),
        referrals=list(
            Referral.objects.filter(participant=person).select_related("service__provider").order_by("-pk")[:4]
        ),
        sentence=sentence,
        requirements=list(sentence.requirements.order_by("pk")) if sentence else [],
        enrolments=list(person.enrolments.enrolled().select_related("programme")),
        happened=_happened(person, now),
    )


def _happened(person: Participant, now: datetime) -> list[Happening]:
    """The latest meetings, contacts and setbacks together, newest first."""
    meetings = (
        Appointment.objects.filter(participant=person)
        .exclude(outcome="")
        .select_related("with_user")
        .order_by("-starts_at")
    )
    contacts = Contact.objects.filter(participant=person).select_related("by").order_by("-at")
    setbacks = Setback.objects.filter(plan__participant=person).select_related("recorded_by").order_by("-happened_on")
    lines = [
        *(
            Happening(
                f"{m.get_kind_display()}: {m.get_outcome_display().lower()}",
                m.starts_at,
                m.with_user.name,
                m.note[:200],
            )
            for m in meetings[:RECENT]
        ),
        *(Happening(c.get_kind_display(), c.at, c.by.name, c.note[:200]) for c in contacts[:RECENT]),
        *(Happening("Setback", s.happened_on, s.recorded_by.name, s.note[:200], "warning") for s in setbacks[:RECENT]),
    ]
    return sorted(lines, key=lambda line: _as_day(line.at, now), reverse=True)[:RECENT]


def _as_day(at: datetime | date, now: datetime) -> datetime:
    """A day counts as its start, so that days and moments can stand in one order."""
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=now.tzinfo)
